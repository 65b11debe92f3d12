using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Pretrain;

/// <summary>What a step of a pretext model draws, on its device: backward needs it still, the next step gives it back.</summary>
internal sealed class StepParts : IDisposable
{
    private readonly List<IDisposable> parts = [];

    /// <summary>Keeps a part until the next step.</summary>
    public T Add<T>(T part) where T : IDisposable
    {
        parts.Add(part);
        return part;
    }

    /// <summary>All graphs of a drawn data set as one batch.</summary>
    public GraphBatch Batch(Device device, GraphDataset data) => Add(GraphBatch.From(device, data, [.. Enumerable.Range(0, data.Graphs)]));

    /// <summary>Pairs (row, column) as a pattern both ways; values lie in the order given.</summary>
    public (Csr In, Csr Out) Pattern(Device device, int rows, int columns, int[] row, int[] column)
    {
        var pattern = HostCsr.From(rows, columns, row, column);
        return (Add(pattern.To(device)), Add(pattern.Transposed().To(device)));
    }

    /// <summary>Gives everything back.</summary>
    public void Clear()
    {
        foreach (var part in parts) part.Dispose();
        parts.Clear();
    }

    /// <inheritdoc cref="Clear"/>
    public void Dispose() => Clear();
}
