using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>The entries of a pattern with their weights, for CPU twins that go through the columns eight at a time.</summary>
internal readonly ref struct Entries(Csr a, Tensor? weight)
{
    private readonly ReadOnlySpan<int> start = a.RowStart.Span, column = a.Column.Span, edge = a.Edge is null ? default : a.Edge.Span;
    private readonly ReadOnlySpan<float> weight = weight is null ? default : weight.Span;

    /// <summary>The first entry of a row, and the one after its last.</summary>
    public (int From, int To) Of(int row) => (start[row], start[row + 1]);

    /// <summary>The column of entry p.</summary>
    public int Column(int p) => column[p];

    /// <summary>Where the values of entry p lie.</summary>
    public int Edge(int p) => edge.IsEmpty ? p : edge[p];

    /// <summary>The weight of entry p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Weight(int p) => weight.IsEmpty ? 1f : weight[Edge(p)];

    /// <summary>w·x for eight columns from j on of the row of x that entry p points at; what follows the row fills the lanes beyond it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Load(ReadOnlySpan<float> x, int p, int width, int j)
    {
        if (Ahead(p, out var ahead)) LookAhead.Line(x, ahead * width + j);
        var v = Lanes.LoadPast(x, column[p] * width + j);
        return weight.IsEmpty ? v : v * weight[Edge(p)];
    }

    /// <summary>The same for four times as many columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector256<float> A, Vector256<float> B, Vector256<float> C, Vector256<float> D) LoadFour(ReadOnlySpan<float> x, int p, int width, int j)
    {
        if (Ahead(p, out var ahead))
        {
            LookAhead.Line(x, ahead * width + j);
            LookAhead.Line(x, ahead * width + j + 2 * Lanes.Width);
        }
        var at = column[p] * width + j;
        Vector256<float> a = Lanes.LoadPast(x, at), b = Lanes.LoadPast(x, at + Lanes.Width), c = Lanes.LoadPast(x, at + 2 * Lanes.Width), d = Lanes.LoadPast(x, at + 3 * Lanes.Width);
        if (weight.IsEmpty) return (a, b, c, d);
        var w = Vector256.Create(weight[Edge(p)]);
        return (a * w, b * w, c * w, d * w);
    }

    /// <summary>The column of the entry some places after p, to be fetched by now; false where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Ahead(int p, out int later)
    {
        var there = p + LookAhead.Entries < column.Length;
        later = there ? column[p + LookAhead.Entries] : 0;
        return there;
    }
}
