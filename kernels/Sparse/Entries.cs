using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>The entries of a pattern with their weights, for CPU twins that go through the columns eight at a time.</summary>
internal readonly ref struct Entries(Csr a, Tensor? weight)
{
    private const int Ahead = 16;   // entries: far enough for memory to answer, near enough for the cache to keep
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
        if (p + Ahead < column.Length) Prefetch(x, column[p + Ahead] * width + j);
        var v = Lanes.LoadPast(x, column[p] * width + j);
        return weight.IsEmpty ? v : v * weight[Edge(p)];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch(ReadOnlySpan<float> x, int at)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetReference(x), at)));
    }
}
