namespace GraphTune.Kernels;

/// <summary>A run of rows of y, each a sum of rows of x, and what the sums are made of.</summary>
/// <param name="column">Where the rows of x are.</param>
/// <param name="x">The rows.</param>
/// <param name="width">Floats in a row of y, and of x unless that is a <see cref="Panel"/>.</param>
/// <param name="start">Where the entries of the rows of y begin; one more for the end.</param>
/// <param name="longest">Rows of more entries are left out.</param>
/// <param name="weight">w[k · stride + head] of entry start[0] + k, or as <see cref="IWeighing.By"/> says.</param>
/// <param name="stride">Floats from one entry's weights to the next's.</param>
/// <param name="factor">What each row's sum is multiplied by; empty for 1.</param>
/// <param name="add">Whether to add to y.</param>
internal readonly ref struct RowRun(ReadOnlySpan<int> column, ReadOnlySpan<float> x, int width, ReadOnlySpan<int> start, int longest, ReadOnlySpan<float> weight, int stride, ReadOnlySpan<float> factor, bool add)
{
    public readonly ReadOnlySpan<int> Column = column, Start = start;
    public readonly ReadOnlySpan<float> X = x, Weight = weight, Factor = factor;
    public readonly int Width = width, Longest = longest, Stride = stride;
    public readonly bool Add = add;

    /// <summary>The first of the columns that rows of x have, and how many those are, where they are a panel; else 0 for all.</summary>
    public (int From, int Width) Panel { get; init; }

    /// <summary>Whether the rows of x are too many for the second cache, and have to be asked for ahead. Rows side by side take no notice of it.</summary>
    public bool Far { get; init; }

    /// <summary>Whether y is too large for a cache, and goes past them: in panels where its rows are whole cache lines, and all but the ends of rows that are summed side by side.</summary>
    public bool Past { get; init; }

    /// <summary>Which value each entry has for its weight, where weights are not in order.</summary>
    public ReadOnlySpan<int> Edge { get; init; }

    /// <summary>Added to every row after its factor; empty for none.</summary>
    public ReadOnlySpan<float> Bias { get; init; }

    /// <summary>The number of the first row, where each row of x is an entry of its own row of y, before the others; −1 for none.</summary>
    public int Loops { get; init; } = -1;
}
