using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn;

/// <summary>A copy of a model's parameters and buffers, kept on its device by path: to go back to, to measure from, to average.</summary>
/// <remarks>Takes as much memory as the model; keeping and restoring copy it once and take none. Copies are exact.</remarks>
public sealed class WeightSnapshot : IDisposable
{
    private readonly Module model;
    private readonly Dictionary<string, Tensor> kept = [];
    private WeightSnapshot? aside;

    /// <summary>Copies the weights as they are now.</summary>
    public WeightSnapshot(Module model)
    {
        this.model = model;
        Keep();
    }

    /// <summary>The copy of the parameter or buffer of that path; null where the model had none.</summary>
    public Tensor? this[string path] => kept.GetValueOrDefault(path);

    /// <summary>Copies the weights again, over those kept before.</summary>
    public void Keep()
    {
        foreach (var (path, live) in model.Weights)
        {
            if (!kept.TryGetValue(path, out var copy)) kept[path] = copy = new Tensor(live.Device, live.Shape);
            live.Device.Run(new Copy(live, copy));
        }
    }

    /// <summary>Gives the model the weights that were kept last. A part that has been added since stays as it is.</summary>
    public void Restore() => Restore(model);

    /// <summary>Gives them to another model with parts of the same names.</summary>
    /// <param name="other">On the same device.</param>
    /// <param name="glob">Selects the parts that are given, as in <see cref="Module.Select"/>.</param>
    /// <exception cref="ShapeException">A part has another shape there.</exception>
    public void Restore(Module other, string glob = "*")
    {
        var pattern = Module.Pattern(glob);
        foreach (var (path, live) in other.Weights)
        {
            if (!kept.TryGetValue(path, out var copy) || !pattern.IsMatch(path)) continue;
            if (copy.Shape != live.Shape) throw new ShapeException($"WeightSnapshot: '{path}' was kept as {copy.Shape}, but is {live.Shape} in this {other.GetType().Name}");
            live.Device.Run(new Copy(copy, live));
        }
    }

    /// <summary>Moves the copy towards the weights as they are now: kept + share·(now − kept). What has not moved stays bit for bit.</summary>
    /// <param name="share">Above 0 to 1.</param>
    public void Approach(float share)
    {
        foreach (var (path, live) in model.Weights) Mix(path, live, kept[path], share);
    }

    /// <summary>Moves a model's weights towards the copy: now + share·(kept − now).</summary>
    /// <param name="other">With parts of the same names.</param>
    /// <param name="share">Above 0 to 1.</param>
    public void MixInto(Module other, float share)
    {
        foreach (var (path, live) in other.Weights)
            if (kept.TryGetValue(path, out var copy)) Mix(path, copy, live, share);
    }

    // A count of batches has no mean: the newer one is kept.
    private static void Mix(string path, Tensor from, Tensor into, float share)
    {
        if (share == 1f || path.EndsWith("num_batches_tracked", StringComparison.Ordinal)) into.Device.Run(new Copy(from, into));
        else into.Device.Run(new RunningAverage(from, 1f, into, into, share));
    }

    /// <summary>Runs something while the model has the weights that were kept; afterwards it has its own again, bit for bit.</summary>
    /// <param name="run">What to run. It must not keep anything that reads weights later.</param>
    public T While<T>(Func<T> run)
    {
        if (aside is null) aside = new(model);
        else aside.Keep();
        Restore();
        try
        {
            return run();
        }
        finally
        {
            aside.Restore();
        }
    }

    /// <summary>Returns the copy's memory.</summary>
    public void Dispose()
    {
        foreach (var copy in kept.Values) copy.Dispose();
        kept.Clear();
        aside?.Dispose();
        aside = null;
    }
}
