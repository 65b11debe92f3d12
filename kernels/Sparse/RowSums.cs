using System.Runtime.Intrinsics;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>Weighted sums, on the CPU, of the rows of x that a run of entries points at.</summary>
internal readonly ref struct RowSums
{
    private const int Block = 64;   // entries whose weights are brought together at a time
    private const int RowsTogether = 8;   // rows of several panels go panel by panel, a few at a time: what they point at stays in the second cache
    private const int CacheFloats = 4 << 20;   // of a panel of x that as a rule stays in the last cache: then all rows go together
    internal const int PastFloats = 12 << 20;   // of a table, 50 MB, that no last cache keeps
    private const int WidePastFloats = 2 << 20;   // of a y of wide rows, 8 MB: with its x it leaves a last cache that others use too
    private const int NearFloats = 1 << 18;   // of an x that as a rule stays in the second cache
    private readonly ReadOnlySpan<int> column, edge;
    private readonly ReadOnlySpan<float> x, weight, scale;
    private readonly Span<float> room;
    private readonly int heads, share, columns, rowsOfAll;
    private readonly bool wide;
    private readonly (int From, int Width) panel;

    /// <param name="a">The pattern.</param>
    /// <param name="x">The rows.</param>
    /// <param name="weight">w[e] or w[e,h]; null for ones.</param>
    /// <param name="columnScale">t[columns]; null for ones.</param>
    /// <param name="heads">The number of heads, h.</param>
    /// <param name="room">As many floats as <see cref="Room"/> says.</param>
    public RowSums(Csr a, Tensor x, Tensor? weight, Tensor? columnScale, int heads, Span<float> room)
    {
        column = a.Column.Span;
        wide = x.Device is CpuDevice { VectorBits: >= 512 };
        (rowsOfAll, columns) = (a.Rows, a.Columns);
        this.x = x.Span;
        (Width, this.heads, share) = (x.Shape.RowLength, heads, x.Shape.RowLength / heads);
        if (a.Edge is not null) edge = a.Edge.Span;
        if (weight is not null) this.weight = weight.Span;
        if (columnScale is not null) scale = columnScale.Span;
        this.room = room;
    }

    /// <summary>Only the columns from <paramref name="from"/> on that <paramref name="laid"/> has of each row of x, side by side.</summary>
    public RowSums(SpMM of, ReadOnlySpan<float> laid, int from, int width) : this(of.A, of.X, of.Weight, of.ColumnScale, heads: 1, room: default)
    {
        x = laid;
        panel = (from, width);
    }

    /// <summary>Floats in one row of x.</summary>
    public int Width { get; }

    /// <summary>Floats that bring weights together: none where there are none.</summary>
    public static int Room(Tensor? weight, Tensor? columnScale, int heads) => weight is null && columnScale is null ? 0 : Block * heads;

    /// <summary>yᵣ = factorᵣ · Σ over the entries of row r, or added to y, for a run of rows: a row then costs little beside its entries. Leaves out rows that are split. An entry has at most one weight, of itself or of its column.</summary>
    /// <param name="y">The rows.</param>
    /// <param name="start">Where the rows' entries begin; one more for the end.</param>
    /// <param name="factor">One for each row; empty for 1.</param>
    /// <param name="add">Whether to add to y.</param>
    /// <param name="bias">Added to every row after its factor; empty for none.</param>
    /// <param name="loops">The first row's number, where a row of x is also an entry of its own row of y, before the others; −1 for none.</param>
    public void Rows(Span<float> y, ReadOnlySpan<int> start, ReadOnlySpan<float> factor, bool add, ReadOnlySpan<float> bias = default, int loops = -1)
    {
        var inOrder = scale.IsEmpty && edge.IsEmpty && !weight.IsEmpty;
        int rows = start.Length - 1, together = panel.Width > 0 || Width <= PanelWidth || Stays || IsAbreast ? rows : RowsTogether;
        for (var row = 0; row < rows; row += together)
        {
            var end = Math.Min(rows, row + together);
            var w = inOrder ? weight[start[row]..] : scale.IsEmpty ? weight : scale;
            var run = new RowRun(column, x, Width, start[row..(end + 1)], SplitRows.Longest, w, 1, factor.IsEmpty ? factor : factor[row..end], add) { Panel = panel, Far = IsFar, Past = rowsOfAll * (long)Width > (IsAbreast ? WidePastFloats : PastFloats), Bias = bias, Loops = loops < 0 ? -1 : loops + row, Edge = edge };
            var target = y[(row * Width)..];
            if (!scale.IsEmpty) Sum<WeightOfColumn>(run, target);
            else if (weight.IsEmpty) Sum<Unweighted>(run, target);
            else if (inOrder) Sum<OneWeight>(run, target);
            else Sum<WeightOfEdge>(run, target);
        }
    }

    private int PanelWidth => RowPanel.Most * (wide ? Vector512<float>.Count : Lanes.Width);

    private bool IsAbreast => Width >= RowsAbreast.Least;

    private bool IsFar => (long)columns * Width > NearFloats;

    private bool Stays => (long)columns * PanelWidth <= CacheFloats;

    private void Sum<TWeighing>(in RowRun run, Span<float> y) where TWeighing : struct, IWeighing
    {
        if (panel.Width > 0) Sum<TWeighing>(run, y, panel.From, panel.From + panel.Width);
        else if (!IsAbreast) Sum<TWeighing>(run, y, 0, Width);
        else if (wide) RowsAbreast<Floats512, Vector512<float>>.Sum<TWeighing>(run, y);
        else RowsAbreast<Floats256, Vector256<float>>.Sum<TWeighing>(run, y);
    }

    /// <summary>y = factor · Σ over the entries from first to end, or added to y.</summary>
    public void Into(Span<float> y, int first, int end, float factor, bool add)
    {
        if (weight.IsEmpty && scale.IsEmpty) Weighted(y, first, end, default, 0, factor, add);
        else if (edge.IsEmpty && scale.IsEmpty) Weighted(y, first, end, weight[(first * heads)..], heads, factor, add);
        else
            for (var entry = first; entry < end || entry == first; entry += Block)
            {
                var stop = Math.Min(end, entry + Block);
                BringTogether(entry, stop);
                Weighted(y, entry, stop, room, heads, factor, add || entry > first);
            }
    }

    /// <summary>The same with the weights of these entries, w[k · stride + head]; without weights where stride is 0.</summary>
    public void Weighted(Span<float> y, int first, int end, ReadOnlySpan<float> w, int stride, float factor, bool add)
    {
        ReadOnlySpan<int> ends = [first, end];
        ReadOnlySpan<float> by = [factor];
        var row = new RowRun(column, x, Width, ends, int.MaxValue, w, stride, by, add) { Far = IsFar };
        if (stride == 0) Sum<Unweighted>(row, y);
        else if (heads == 1) Sum<OneWeight>(row, y);
        else if (share == Lanes.Width) Sum<WeightPerVector>(row, y, 0, Width);
        else if (share == 2 * Lanes.Width) Sum<WeightPerTwo>(row, y, 0, Width);
        else if (share == 4 * Lanes.Width) Sum<WeightPerFour>(row, y, 0, Width);
        else for (var head = 0; head < heads; head++) Sum<OneWeight>(new RowRun(column, x, Width, ends, int.MaxValue, w[Math.Min(head, w.Length)..], stride, by, add) { Far = IsFar }, y, head * share, (head + 1) * share);
    }

    private void BringTogether(int first, int end)
    {
        for (var entry = first; entry < end; entry++)
        {
            var t = scale.IsEmpty ? 1f : scale[column[entry]];
            var at = (edge.IsEmpty ? entry : edge[entry]) * heads;
            for (var head = 0; head < heads; head++) room[(entry - first) * heads + head] = weight.IsEmpty ? t : weight[at + head] * t;
        }
    }

    // Columns from j to stop, in panels of about equal numbers of vectors.
    private void Sum<TWeighing>(in RowRun run, Span<float> y, int j, int stop) where TWeighing : struct, IWeighing
    {
        if (TWeighing.VectorsPerHead == 0 && wide && stop - j > Lanes.Width) Panels<TWeighing, Floats512, Vector512<float>>(run, y, j, stop);
        else Panels<TWeighing, Floats256, Vector256<float>>(run, y, j, stop);
    }

    private static void Panels<TWeighing, TFloats, TVector>(in RowRun run, Span<float> y, int j, int stop)
        where TWeighing : struct, IWeighing where TFloats : struct, IFloats<TVector> where TVector : unmanaged
    {
        var vectors = (stop - j + TFloats.Count - 1) / TFloats.Count;
        var panels = (vectors + TWeighing.MostVectors - 1) / TWeighing.MostVectors;
        for (var p = 0; p < panels; p++)
        {
            var count = (int)((long)vectors * (p + 1) / panels) - (int)((long)vectors * p / panels);
            if (TWeighing.VectorsPerHead > 0 && panels > 1) count = Math.Min(TWeighing.MostVectors, vectors - p * TWeighing.MostVectors);
            RowPanel<TFloats, TVector>.Sum<TWeighing>(run, count, y, j, stop);
            j += count * TFloats.Count;
        }
    }
}

/// <summary>How the vectors of a row of x are weighed.</summary>
internal interface IWeighing
{
    /// <summary>In which order the weights lie.</summary>
    static abstract Order By { get; }

    /// <summary>Vectors that share a weight; 0 for one weight for all of them.</summary>
    static virtual int VectorsPerHead => 0;

    /// <summary>The most vectors that are summed at a time: as many as sixteen registers hold beside a weight.</summary>
    static virtual int MostVectors => RowPanel.Most;
}

/// <summary>Where an entry's weight is found.</summary>
internal enum Order
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>In the order of entries.</summary>
    Row,

    /// <summary>At the entry's edge id.</summary>
    Edge,

    /// <summary>At the entry's column.</summary>
    Column,
}

internal readonly struct Unweighted : IWeighing
{
    public static Order By => Order.None;
}

internal readonly struct OneWeight : IWeighing
{
    public static Order By => Order.Row;
}

internal readonly struct WeightOfEdge : IWeighing
{
    public static Order By => Order.Edge;
}

internal readonly struct WeightOfColumn : IWeighing
{
    public static Order By => Order.Column;
}

internal readonly struct WeightPerVector : IWeighing
{
    public static Order By => Order.Row;
    public static int VectorsPerHead => 1;
    public static int MostVectors => 8;
}

internal readonly struct WeightPerTwo : IWeighing
{
    public static Order By => Order.Row;
    public static int VectorsPerHead => 2;
    public static int MostVectors => 8;
}

internal readonly struct WeightPerFour : IWeighing
{
    public static Order By => Order.Row;
    public static int VectorsPerHead => 4;
    public static int MostVectors => 8;
}
