using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>dx꜀ = Σₑ wₑ·slope·dyᵣ over the entries e of column c: the gradient of <see cref="Fold{TFold}"/>, or added to dx.</summary>
/// <param name="Out">The transpose of the pattern, with its edge ids.</param>
/// <param name="X">x[Out.Rows, f].</param>
/// <param name="Weight">w[e]; null for ones.</param>
/// <param name="Y">From forward, y[Out.Columns, f].</param>
/// <param name="Note">From forward, shaped like y.</param>
/// <param name="DY">The gradient of y.</param>
/// <param name="DX">The gradient of x.</param>
/// <param name="Accumulate">Whether to add to dx.</param>
public readonly record struct FoldGrad<TFold>(Csr Out, Tensor X, Tensor? Weight, Tensor Y, Tensor Note, Tensor DY, Tensor DX, bool Accumulate)
    : IKernel, ISplitRow where TFold : struct, IFold<TFold>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForSplitRows(Out, this, grain: 1024);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Rows(int first, int end)
    {
        var entries = new Entries(Out, Weight);
        var of = new Operands(this);
        var dx = DX.Span;
        var width = of.Width;
        for (var row = first; row < end; row++)
        {
            var (from, to) = entries.Of(row);
            if (SplitRows.IsLong(from, to)) continue;
            var j = 0;
            for (; j <= width - 2 * Lanes.Width; j += 2 * Lanes.Width)
            {
                var (a, b) = of.SumTwo(entries, row, from, to, j);
                a.Store(dx, row * width + j, Accumulate);
                b.Store(dx, row * width + j + Lanes.Width, Accumulate);
            }
            for (; j < width; j += Lanes.Width)
            {
                var sum = of.Sum(entries, row, from, to, j);
                if (Accumulate) sum += Lanes.LoadPast(dx, row * width + j);
                sum.StoreUpTo(dx, row * width + j, width - j);
            }
        }
    }

    // For CPUs: eight columns at a time, or the sixteen of a cache line.
    private readonly ref struct Operands(FoldGrad<TFold> of)
    {
        private readonly ReadOnlySpan<float> x = of.X.Span, y = of.Y.Span, note = of.Note.Span, dy = of.DY.Span;

        public readonly int Width = of.X.Shape.RowLength;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Sum(in Entries entries, int row, int from, int to, int j)
        {
            Vector256<float> own = Lanes.LoadPast(x, row * Width + j), sum = default;
            for (var p = from; p < to; p++) sum += Term(own, entries.Column(p) * Width + j, entries.Weight(p));
            return sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (Vector256<float> A, Vector256<float> B) SumTwo(in Entries entries, int row, int from, int to, int j)
        {
            int mine = row * Width + j;
            Vector256<float> own = Lanes.LoadPast(x, mine), next = Lanes.LoadPast(x, mine + Lanes.Width), a = default, b = default;
            for (var p = from; p < to; p++)
            {
                if (entries.Ahead(p, out var ahead))
                {
                    LookAhead.Line(y, ahead * Width + j);
                    LookAhead.Line(note, ahead * Width + j);
                    LookAhead.Line(dy, ahead * Width + j);
                }
                var at = entries.Column(p) * Width + j;
                var w = entries.Weight(p);
                a += Term(own, at, w);
                b += Term(next, at + Lanes.Width, w);
            }
            return (a, b);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector256<float> Term(Vector256<float> own, int at, float w) =>
            TFold.Slope(own * w, Lanes.LoadPast(y, at), Lanes.LoadPast(note, at)) * Lanes.LoadPast(dy, at) * w;
    }

    int ISplitRow.PartWidth => X.Shape.RowLength;

    void ISplitRow.Part(int row, int first, int end, Span<float> part)
    {
        var entries = new Entries(Out, Weight);
        var of = new Operands(this);
        for (var j = 0; j < part.Length; j += Lanes.Width) of.Sum(entries, row, first, end, j).StoreUpTo(part, j, part.Length - j);
    }

    void ISplitRow.Join(int row, Tensor parts) => SplitRows.AddUp(parts, 0, DX.Row(row), 1f, Accumulate);

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(Out.Rows, X.Shape.RowLength), Out.RowStart.View, Out.Column.View, (Out.Edge ?? Out.Column).View,
        X.View, (Weight ?? X).View, Y.View, Note.View, DY.View, DX.View, new Form(Out, X, Weight, Accumulate));

    internal readonly struct Form(Csr a, Tensor x, Tensor? weight, bool accumulate)
    {
        public readonly int Width = x.Shape.RowLength, HasEdge = a.Edge is null ? 0 : 1, HasWeight = weight is null ? 0 : 1, Accumulate = accumulate ? 1 : 0;
    }

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge, ArrayView<float> x,
        ArrayView<float> weight, ArrayView<float> y, ArrayView<float> note, ArrayView<float> dy, ArrayView<float> dx, Form form)
    {
        var at = new QuadOfRow(item, form.Width);
        var cell = at.Row * form.Width + at.Column;
        Quad own = Quad.Load(x, cell, at.Some), sum = Quad.All(0f);
        for (var p = start[at.Row]; p < start[at.Row + 1]; p++)
        {
            var other = column[p] * form.Width + at.Column;
            var w = form.HasWeight != 0 ? weight[form.HasEdge != 0 ? edge[p] : p] : 1f;
            Quad v = own * w, f = Quad.Load(y, other, at.Some), n = Quad.Load(note, other, at.Some);
            var slope = new Quad(TFold.Slope(v.X, f.X, n.X), TFold.Slope(v.Y, f.Y, n.Y), TFold.Slope(v.Z, f.Z, n.Z), TFold.Slope(v.W, f.W, n.W));
            sum += slope * Quad.Load(dy, other, at.Some) * w;
        }
        Quad.Store(dx, cell, sum, form.Accumulate, at.Some);
    }
}

/// <summary>dwₑ = Σ x·slope·dy over the channels, for each entry e = (r, c): the gradient of the weights of <see cref="Fold{TFold}"/>, or added to dw.</summary>
/// <param name="In">The pattern.</param>
/// <param name="X">x[In.Columns, f].</param>
/// <param name="Weight">w[e].</param>
/// <param name="Y">From forward, y[In.Rows, f].</param>
/// <param name="Note">From forward, shaped like y.</param>
/// <param name="DY">The gradient of y.</param>
/// <param name="DW">The gradient of w.</param>
/// <param name="Accumulate">Whether to add to dw.</param>
public readonly record struct FoldWeightGrad<TFold>(Csr In, Tensor X, Tensor Weight, Tensor Y, Tensor Note, Tensor DY, Tensor DW, bool Accumulate)
    : IKernel, IRowLoop where TFold : struct, IFold<TFold>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(In.Entries, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var entries = new Entries(In, Weight);
        ReadOnlySpan<float> x = X.Span, y = Y.Span, note = Note.Span, dy = DY.Span;
        var dw = DW.Span;
        var width = X.Shape.RowLength;
        var row = Bisect.RowOf(first, In.RowStart.Span);
        for (var p = first; p < end; p++)
        {
            while (entries.Of(row).To <= p) row++;
            var w = entries.Weight(p);
            int other = entries.Column(p) * width, own = row * width, j = 0;
            Vector256<float> sums = default;
            for (; j <= width - Lanes.Width; j += Lanes.Width)
            {
                var v = Lanes.Load(x, other + j);
                sums += v * TFold.Slope(v * w, Lanes.Load(y, own + j), Lanes.Load(note, own + j)) * Lanes.Load(dy, own + j);
            }
            var sum = Vector256.Sum(sums);
            for (; j < width; j++) sum += x[other + j] * TFold.Slope(x[other + j] * w, y[own + j], note[own + j]) * dy[own + j];
            ref var target = ref dw[entries.Edge(p)];
            target = Accumulate ? target + sum : sum;
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, In.Entries, In.RowStart.View, In.Column.View, (In.Edge ?? In.Column).View,
        X.View, Weight.View, Y.View, Note.View, DY.View, DW.View, new FoldGrad<TFold>.Form(In, X, Weight, Accumulate));

    private static void Kernel(Index1D p, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge, ArrayView<float> x,
        ArrayView<float> weight, ArrayView<float> y, ArrayView<float> note, ArrayView<float> dy, ArrayView<float> dw, FoldGrad<TFold>.Form form)
    {
        int e = form.HasEdge != 0 ? edge[p] : p, own = Bisect.RowOf(p, start) * form.Width, other = column[p] * form.Width;
        var sum = form.Accumulate != 0 ? dw[e] : 0f;
        for (var j = 0; j < form.Width; j++) sum += x[other + j] * TFold.Slope(x[other + j] * weight[e], y[own + j], note[own + j]) * dy[own + j];
        dw[e] = sum;
    }
}
