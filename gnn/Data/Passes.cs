using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>What lies in batch number 0, 1, 2, …: pass after pass over some things, each pass in an order of its own, named by the seed and the pass.</summary>
/// <remarks>One thread asks. Asked in ascending order, each pass is shuffled once.</remarks>
internal sealed class Passes
{
    private readonly int[] ids;
    private readonly LoaderOptions options;
    private readonly uint firstOrder;
    private int[] order = [];
    private long ordered = -1;

    /// <summary>Passes over some things.</summary>
    /// <param name="name">The data set, for messages.</param>
    /// <param name="what">What the things are, for messages: graphs, nodes.</param>
    /// <param name="ids">The things, each once a pass.</param>
    /// <param name="options">Batch size, order, seed.</param>
    /// <param name="firstOrder">Names the stream of random numbers of the first pass, apart from those of weights and of other loaders.</param>
    /// <exception cref="InvalidDataException">An option is out of range, or there is no batch.</exception>
    public Passes(string name, string what, int[] ids, LoaderOptions options, uint firstOrder)
    {
        (this.ids, this.options, this.firstOrder) = (ids, options, firstOrder);
        if (options.BatchSize < 1 || options.Ahead < 1) throw new InvalidDataException($"{name}: batch size {options.BatchSize} and batches ahead {options.Ahead} must be at least 1");
        if (Batches == 0) throw new InvalidDataException($"{name}: {ids.Length} {what} make no batch of {options.BatchSize}; give more {what} or smaller batches");
    }

    /// <summary>Batches of one pass.</summary>
    public int Batches => ids.Length / options.BatchSize + (options.DropLast || ids.Length % options.BatchSize == 0 ? 0 : 1);

    /// <summary>The things in a batch.</summary>
    public int[] Batch(long number)
    {
        var (pass, batch) = Math.DivRem(number, Batches);
        if (pass != ordered) (order, ordered) = (Order((uint)pass), pass);
        var first = (int)batch * options.BatchSize;
        return order[first..Math.Min(first + options.BatchSize, order.Length)];
    }

    private int[] Order(uint pass)
    {
        int[] shuffled = [.. ids];
        if (options.Shuffle) new Rng(options.Seed, firstOrder + pass).Shuffle<int>(shuffled);
        return shuffled;
    }
}
