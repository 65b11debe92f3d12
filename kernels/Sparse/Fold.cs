using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>A way to make one number of many, such as the largest, that needs one more number (the note) for its gradient.</summary>
/// <typeparam name="TSelf">The struct itself, so that loops over it compile without a call.</typeparam>
/// <remarks>The state is a pair of numbers. The scalar forms run on GPUs, the vector forms on CPUs.</remarks>
public interface IFold<TSelf> where TSelf : struct, IFold<TSelf>
{
    /// <summary>The result for no numbers at all.</summary>
    static abstract float Empty { get; }

    /// <summary>The state after one number.</summary>
    static abstract Pair First(float v);

    /// <summary>The state after one number more.</summary>
    static abstract Pair Next(Pair state, float v);

    /// <summary>The result and the note.</summary>
    static abstract Pair Last(Pair state);

    /// <summary>∂result/∂v, from the result and the note.</summary>
    static abstract float Slope(float v, float result, float note);

    /// <summary>The state after one vector.</summary>
    static abstract LanePair First(Vector256<float> v);

    /// <summary>The state after one vector more.</summary>
    static abstract LanePair Next(LanePair state, Vector256<float> v);

    /// <summary>The state after the numbers of both.</summary>
    static abstract LanePair Join(LanePair state, LanePair more);

    /// <summary>The results and the notes.</summary>
    static abstract LanePair Last(LanePair state);

    /// <summary>∂result/∂v of eight.</summary>
    static abstract Vector256<float> Slope(Vector256<float> v, Vector256<float> result, Vector256<float> note);
}

/// <summary>The state of a fold, or its result and its note.</summary>
public readonly record struct Pair(float A, float B);

/// <summary>Eight states of a fold.</summary>
public readonly record struct LanePair(Vector256<float> A, Vector256<float> B);

/// <summary>yᵣ = the fold of wₑ·x꜀ over the entries e = (r, c) of A, channel by channel.</summary>
/// <remarks>
/// Moves 4·f bytes per entry. CPU: one thread folds a row, in entry order; hubs are cut where their length says, and the parts joined in
/// order. GPU: one thread per row and four columns, which it loads as 128 bits.
/// </remarks>
/// <param name="A">The pattern.</param>
/// <param name="X">x[A.Columns, f].</param>
/// <param name="Weight">w[e], read where A's edge ids say; null for ones.</param>
/// <param name="Y">y[A.Rows, f].</param>
/// <param name="Note">What the gradient needs besides y, note[A.Rows, f].</param>
public readonly record struct Fold<TFold>(Csr A, Tensor X, Tensor? Weight, Tensor Y, Tensor Note) : IKernel, ISplitRow where TFold : struct, IFold<TFold>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForSplitRows(A, this, grain: 1024);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Rows(int first, int end)
    {
        var entries = new Entries(A, Weight);
        ReadOnlySpan<float> x = X.Span;
        Span<float> y = Y.Span, note = Note.Span;
        var width = X.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            var (from, to) = entries.Of(row);
            if (SplitRows.IsLong(from, to)) continue;
            if (from == to)
            {
                y.Slice(row * width, width).Fill(TFold.Empty);
                note.Slice(row * width, width).Clear();
                continue;
            }
            var j = 0;
            for (; j <= width - 4 * Lanes.Width; j += 4 * Lanes.Width) Four(entries, x, from, to, row * width, j);
            for (; j < width; j += Lanes.Width)
            {
                var state = TFold.First(entries.Load(x, from, width, j));
                for (var p = from + 1; p < to; p++) state = TFold.Next(state, entries.Load(x, p, width, j));
                state = TFold.Last(state);
                state.A.StoreUpTo(y, row * width + j, width - j);
                state.B.StoreUpTo(note, row * width + j, width - j);
            }
        }
    }

    // Thirty-two columns at once: an entry is looked up a quarter as often.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Four(in Entries entries, ReadOnlySpan<float> x, int from, int to, int at, int j)
    {
        var width = X.Shape.RowLength;
        var v = entries.LoadFour(x, from, width, j);
        LanePair a = TFold.First(v.A), b = TFold.First(v.B), c = TFold.First(v.C), d = TFold.First(v.D);
        for (var p = from + 1; p < to; p++)
        {
            v = entries.LoadFour(x, p, width, j);
            (a, b, c, d) = (TFold.Next(a, v.A), TFold.Next(b, v.B), TFold.Next(c, v.C), TFold.Next(d, v.D));
        }
        Put(TFold.Last(a), at + j);
        Put(TFold.Last(b), at + j + Lanes.Width);
        Put(TFold.Last(c), at + j + 2 * Lanes.Width);
        Put(TFold.Last(d), at + j + 3 * Lanes.Width);
    }

    private void Put(LanePair result, int at)
    {
        result.A.Store(Y.Span, at);
        result.B.Store(Note.Span, at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private LanePair State(in Entries entries, ReadOnlySpan<float> x, int from, int to, int j)
    {
        var width = X.Shape.RowLength;
        var state = TFold.First(entries.Load(x, from, width, j));
        for (var p = from + 1; p < to; p++) state = TFold.Next(state, entries.Load(x, p, width, j));
        return state;
    }

    int ISplitRow.PartWidth => 2 * X.Shape.RowLength;

    void ISplitRow.Part(int row, int first, int end, Span<float> part)
    {
        var entries = new Entries(A, Weight);
        var width = X.Shape.RowLength;
        for (var j = 0; j < width; j += Lanes.Width)
        {
            var state = State(entries, X.Span, first, end, j);
            state.A.StoreUpTo(part, j, width - j);
            state.B.StoreUpTo(part, width + j, width - j);
        }
    }

    void ISplitRow.Join(int row, Tensor parts)
    {
        var width = X.Shape.RowLength;
        for (var j = 0; j < width; j += Lanes.Width)
        {
            var state = Load(parts.Row(0), j);
            for (var i = 1; i < parts.Shape[0]; i++) state = TFold.Join(state, Load(parts.Row(i), j));
            state = TFold.Last(state);
            state.A.StoreUpTo(Y.Span, row * width + j, width - j);
            state.B.StoreUpTo(Note.Span, row * width + j, width - j);
        }
    }

    private static LanePair Load(ReadOnlySpan<float> part, int j) => new(Lanes.LoadUpTo(part[..(part.Length / 2)], j), Lanes.LoadUpTo(part[(part.Length / 2)..], j));

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(A.Rows, X.Shape.RowLength), A.RowStart.View, A.Column.View, (A.Edge ?? A.Column).View, A.Edge is null ? 0 : 1,
        X.View, (Weight ?? X).View, Weight is null ? 0 : 1, Y.View, Note.View, X.Shape.RowLength);

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge, int hasEdge, ArrayView<float> x,
        ArrayView<float> weight, int hasWeight, ArrayView<float> y, ArrayView<float> note, int width)
    {
        var at = new QuadOfRow(item, width);
        int first = start[at.Row], end = start[at.Row + 1];
        Pair a = new(TFold.Empty, 0f), b = a, c = a, d = a;
        for (var p = first; p < end; p++)
        {
            var v = Quad.Load(x, column[p] * width + at.Column, at.Some);
            if (hasWeight != 0) v *= weight[hasEdge != 0 ? edge[p] : p];
            var fresh = p == first;
            a = fresh ? TFold.First(v.X) : TFold.Next(a, v.X);
            b = fresh ? TFold.First(v.Y) : TFold.Next(b, v.Y);
            c = fresh ? TFold.First(v.Z) : TFold.Next(c, v.Z);
            d = fresh ? TFold.First(v.W) : TFold.Next(d, v.W);
        }
        if (first < end) (a, b, c, d) = (TFold.Last(a), TFold.Last(b), TFold.Last(c), TFold.Last(d));
        var cell = at.Row * width + at.Column;
        Quad.Store(y, cell, new(a.A, b.A, c.A, d.A), 0, at.Some);
        Quad.Store(note, cell, new(a.B, b.B, c.B, d.B), 0, at.Some);
    }
}
