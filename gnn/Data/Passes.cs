namespace GraphTune.Gnn.Data;

/// <summary>What lies in batch number 0, 1, 2, …: pass after pass over some things, each pass in an order of its own, named by the seed and the pass.</summary>
/// <remarks>One thread asks. Asked in ascending order, each pass is shuffled once.</remarks>
internal sealed class Passes
{
    private readonly LoaderOptions options;
    private readonly PassOrder passes;
    private int[] order = [];
    private long ordered = -1;

    /// <summary>Passes over some things.</summary>
    /// <param name="name">The data set, for messages.</param>
    /// <param name="what">What the things are, for messages: graphs, nodes.</param>
    /// <param name="ids">The things, each once a pass unless the options draw classes alike.</param>
    /// <param name="options">Batch size, order, seed.</param>
    /// <param name="firstOrder">Names the stream of random numbers of the first pass, apart from those of weights and of other loaders.</param>
    /// <param name="classOf">The class of a thing, below 0 where it has none; null for things without classes.</param>
    /// <exception cref="InvalidDataException">An option is out of range, there is no batch, or there are no classes to be drawn alike.</exception>
    public Passes(string name, string what, int[] ids, LoaderOptions options, uint firstOrder, Func<int, int>? classOf = null)
    {
        if (classOf is null && options.Sampling != ClassSampling.Natural) throw new InvalidDataException($"{name}: {what} of one class or another cannot be drawn alike, as there is not one class for each; weigh the loss instead");
        this.options = options;
        passes = new PassOrder(ids, options, firstOrder, classOf ?? (_ => -1));
        if (options.BatchSize < 1 || options.Ahead < 1) throw new InvalidDataException($"{name}: batch size {options.BatchSize} and batches ahead {options.Ahead} must be at least 1");
        if (Batches == 0) throw new InvalidDataException($"{name}: {ids.Length} {what} make no batch of {options.BatchSize}; give more {what} or smaller batches");
    }

    /// <summary>Batches of one pass.</summary>
    public int Batches => passes.Length / options.BatchSize + (options.DropLast || passes.Length % options.BatchSize == 0 ? 0 : 1);

    /// <summary>The things in a batch.</summary>
    public int[] Batch(long number)
    {
        var (pass, batch) = Math.DivRem(number, Batches);
        if (pass != ordered) (order, ordered) = (passes.Of((uint)pass), pass);
        var first = (int)batch * options.BatchSize;
        return order[first..Math.Min(first + options.BatchSize, order.Length)];
    }
}
