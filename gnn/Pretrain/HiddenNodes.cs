using GraphTune.Autograd;
using GraphTune.Engine;

namespace GraphTune.Gnn.Pretrain;

/// <summary>Which nodes of a batch one step hides, and what each of them shows instead.</summary>
/// <remarks>Drawn from the same order of nodes in every step, so that a step depends on nothing but its own draws. O(n) on the host.</remarks>
internal sealed class HiddenNodes : IDisposable
{
    private RowIndex? copies;

    /// <summary>Draws.</summary>
    /// <param name="device">Where the lists are used.</param>
    /// <param name="nodes">Nodes of the batch.</param>
    /// <param name="share">Share of them that is hidden.</param>
    /// <param name="noise">Share of those that show another node's features.</param>
    /// <param name="rng">The step's draws.</param>
    public HiddenNodes(Device device, int nodes, float share, float noise, Rng rng)
    {
        int[] order = [.. Enumerable.Range(0, nodes)];
        rng.Shuffle<int>(order);
        var count = Math.Max(1, Math.Min((int)(share * nodes), nodes - 1));
        var noisy = (int)(noise * count);
        All = RowIndex.From(device, order.AsSpan(0, count).ToArray(), nodes);
        Token = Indices.From(device, order.AsSpan(noisy, count - noisy).ToArray());
        if (noisy == 0) return;
        int[] shown = [.. Enumerable.Range(0, nodes)];
        foreach (var node in order.AsSpan(0, noisy)) shown[node] = rng.Next(nodes);
        Shown = RowIndex.From(device, shown, nodes);
    }

    /// <summary>Every hidden node: whose features are asked for.</summary>
    public RowIndex All { get; }

    /// <summary>Those that show the token.</summary>
    public Indices Token { get; }

    /// <summary>The one token as often as it is shown.</summary>
    public RowIndex Copies => copies ??= RowIndex.FromRuns(Token.Device, [0, Token.Count]);

    /// <summary>Whose features each node shows; null where each shows its own.</summary>
    public RowIndex? Shown { get; }

    public void Dispose()
    {
        All.Dispose();
        Token.Dispose();
        Shown?.Dispose();
        copies?.Dispose();
    }
}
