using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>Which rows each pass of a loader sees, in which order: named by the seed and the pass.</summary>
/// <remarks>
/// Where classes are drawn alike, each class is an endless row of shuffled copies of its rows, and a pass takes the next of each: so two rows
/// of one class are never drawn more than once apart, over however many passes.
/// </remarks>
internal sealed class PassOrder
{
    private const ulong ClassStep = 0x9E3779B97F4A7C15;   // sets the streams of classes apart
    private readonly int[] items;
    private readonly LoaderOptions options;
    private readonly uint stream;
    private readonly int[][] classes = [];
    private readonly int[] draws = [];

    /// <summary>Prepares orders.</summary>
    /// <param name="items">The rows, each once.</param>
    /// <param name="options">The seed, whether to shuffle, and how classes are drawn; drawn alike they are shuffled always.</param>
    /// <param name="stream">The first of the loader's streams of random numbers.</param>
    /// <param name="classOf">The class of a row, below 0 where it has none; such rows are left out where classes are drawn alike.</param>
    public PassOrder(int[] items, LoaderOptions options, uint stream, Func<int, int> classOf)
    {
        (this.items, this.options, this.stream, Length) = (items, options, stream, items.Length);
        if (options.Sampling == ClassSampling.Natural) return;
        classes = [.. items.Where(i => classOf(i) >= 0).GroupBy(classOf).OrderBy(g => g.Key).Select(g => g.ToArray())];
        int rows = classes.Sum(c => c.Length), most = classes.Select(c => c.Length).DefaultIfEmpty(0).Max();
        draws = [.. classes.Select((_, k) => options.Sampling == ClassSampling.Oversampled ? most : rows / classes.Length + (k < rows % classes.Length ? 1 : 0))];
        Length = draws.Sum();
    }

    /// <summary>Rows of a pass, those drawn several times counted so.</summary>
    public int Length { get; }

    /// <summary>The rows of a pass.</summary>
    public int[] Of(uint pass)
    {
        int[] order = options.Sampling == ClassSampling.Natural ? [.. items] : [.. classes.SelectMany((_, k) => Drawn(k, pass))];
        if (options.Shuffle || options.Sampling != ClassSampling.Natural) new Rng(options.Seed, stream + pass).Shuffle<int>(order);
        return order;
    }

    private IEnumerable<int> Drawn(int k, uint pass)
    {
        var (members, taken) = (classes[k], 0);
        for (var at = (long)pass * draws[k]; taken < draws[k];)
        {
            var (copy, first) = Math.DivRem(at, members.Length);
            int[] shuffled = [.. members];
            new Rng(options.Seed + ClassStep * (ulong)(k + 1), stream + (uint)copy).Shuffle<int>(shuffled);
            var some = (int)Math.Min(members.Length - first, draws[k] - taken);
            foreach (var row in shuffled.AsSpan((int)first, some).ToArray()) yield return row;
            (at, taken) = (at + some, taken + some);
        }
    }
}
