using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>What may be chosen in a <see cref="GraphLoader"/>.</summary>
public sealed record LoaderOptions
{
    /// <summary>Graphs of a batch, at least 1.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Whether each pass takes the graphs in an order of its own, named by the seed and the pass.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Whether a last batch with fewer graphs is left out.</summary>
    public bool DropLast { get; init; }

    /// <summary>Names the orders.</summary>
    public ulong Seed { get; init; }

    /// <summary>How often graphs (or nodes) of each class are drawn in a pass; for one task with classes.</summary>
    public ClassSampling Sampling { get; init; }

    /// <summary>Batches that are made before they are asked for, at least 1.</summary>
    public int Ahead { get; init; } = 2;
}

/// <summary>An endless row of batches, pass after pass over some graphs of a data set; the next ones are made on another thread meanwhile.</summary>
/// <remarks>
/// Same seed, same batches, whatever the threads. A batch is valid until the next one is asked for: then its memory is used again, so that
/// from some passes on no memory is taken. Making a batch is linear copying.
/// </remarks>
public sealed class GraphLoader : IDisposable
{
    private const uint FirstOrder = 1 << 20;   // names the streams of random numbers of the passes, apart from those of weights
    private readonly Device device;
    private readonly SortedGraphs all;
    private readonly Passes passes;
    private readonly Action<GraphBatch>? prepare;
    private readonly MadeAhead<GraphBatch> batches;

    /// <summary>Batches of some graphs of a data set.</summary>
    /// <param name="device">Where batches are used.</param>
    /// <param name="data">The graphs.</param>
    /// <param name="graphs">Which of them, each once a pass.</param>
    /// <param name="options">Batch size, order, seed.</param>
    /// <param name="prepare">Has a batch make what a model will ask it for, such as <see cref="IGraphModel.Prepare"/>, so that it is made ahead; null where that may wait.</param>
    /// <exception cref="InvalidDataException">There are no graphs, or fewer than a full batch where the last is dropped; or classes are to be drawn alike and there is not one task with classes.</exception>
    public GraphLoader(Device device, GraphDataset data, ReadOnlySpan<int> graphs, LoaderOptions? options = null, Action<GraphBatch>? prepare = null) : this(device, new SortedGraphs(data, device), graphs, options, prepare)
    {
    }

    internal GraphLoader(Device device, SortedGraphs all, ReadOnlySpan<int> graphs, LoaderOptions? options = null, Action<GraphBatch>? prepare = null)
    {
        options ??= new();
        (this.device, this.all, this.prepare) = (device, all, prepare);
        passes = new Passes(all.Data.Name, "graphs", graphs.ToArray(), options, FirstOrder, ClassOf(all.Data));
        batches = new MadeAhead<GraphBatch>(Make, options.Ahead);
    }

    /// <summary>Batches of one pass.</summary>
    public int Batches => passes.Batches;

    /// <summary>The next batch: the first of the first pass, and so on without end. The one before is disposed of.</summary>
    public GraphBatch Next() => batches.Next();

    private static Func<int, int>? ClassOf(GraphDataset data) =>
        data.Tasks.Count == 1 && data.Task != TaskKind.Regression ? graph => float.IsNaN(data.Labels[graph]) ? -1 : (int)data.Labels[graph] : null;

    private Func<GraphBatch> Make(long number)
    {
        var parts = new BatchParts(all, passes.Batch(number), device.Host);
        return MadeAhead<GraphBatch>.On(device, () =>
        {
            var made = new GraphBatch(device, parts);
            prepare?.Invoke(made);
            return made;
        });
    }

    /// <summary>Ends the other thread and returns all memory to the pool.</summary>
    public void Dispose() => batches.Dispose();
}
