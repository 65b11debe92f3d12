using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>yᵣ = sᵣ · Σₑ wₑ·t꜀·x꜀ + b over the entries e = (r, c) of A: sums, means and weighted sums of rows of x, and their gradients on the transpose.</summary>
/// <remarks>
/// Moves 4·f bytes per entry, which random access makes slower than anything computed here.
/// CPU: up to 104 columns, with AVX-512 208, stay in registers while the row's entries stream past and rows ahead are prefetched; rows of 512 and more are read side by side.
/// A table beyond 50 MB, whose rows are met eight times on average, is copied into panels of columns first, where memory has room for it. Hubs are cut where their
/// length says, the parts summed by all threads and added in order: the bits do not depend on their number.
/// GPU: one thread per row and four columns, which it loads as 128 bits; a row of more than <see cref="LongRows.Longest"/> entries is cut likewise.
/// </remarks>
/// <param name="A">The pattern.</param>
/// <param name="X">x[A.Columns, f], or x[A.Columns, h, f] for h heads side by side.</param>
/// <param name="Y">y[A.Rows, f] or y[A.Rows, h, f].</param>
/// <param name="Weight">w[e] or, for h heads, w[e,h], read where A's edge ids say; null for ones.</param>
/// <param name="RowScale">s[A.Rows]; null for ones.</param>
/// <param name="ColumnScale">t[A.Columns]; null for ones.</param>
/// <param name="Accumulate">Whether to add to y.</param>
/// <param name="Bias">b[f], added to every row; null for none.</param>
/// <param name="Loops">Whether each row has itself as an entry beside those of a square A: (A + I)·x. Only without weights.</param>
public readonly record struct SpMM(Csr A, Tensor X, Tensor Y, Tensor? Weight = null, Tensor? RowScale = null, Tensor? ColumnScale = null, bool Accumulate = false, Tensor? Bias = null, bool Loops = false)
    : IKernel, ISplitRow
{
    private const int Grain = 131_072;   // floats: some twenty microseconds of work

    private int Heads => Weight?.Shape.RowLength ?? 1;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        var grain = 1 + Grain / (1 + X.Shape.RowLength);
        if (!SumByPanels.TryRun(cpu, this, grain)) cpu.ForRows(A, this, grain);
        cpu.ForLongRows(A, this);
    }

    // An entry has at most one weight, and a loop none to be found.
    internal bool IsWeighedOnce => Weight is null || (ColumnScale is null && Heads == 1 && !Loops);

    /// <inheritdoc/>
    public void Rows(int first, int end) => Rows(first, end, new(A, X, Weight, ColumnScale, Heads, stackalloc float[RowSums.Room(Weight, ColumnScale, Heads)]));

    internal void Rows(int first, int end, RowSums sums)
    {
        ReadOnlySpan<int> start = A.RowStart.Span;
        var y = Y.Span;
        if (IsWeighedOnce)
        {
            sums.Rows(y[(first * sums.Width)..], start[first..(end + 1)], RowScale is null ? default : RowScale.Span[first..end], Accumulate, Bias is null ? default : Bias.Span, Loops ? first : -1);
            return;
        }
        var begin = new RowBegin(this);
        for (var row = first; row < end; row++)
        {
            if (SplitRows.IsLong(start, row)) continue;
            var target = y.Slice(row * sums.Width, sums.Width);
            var add = begin.Into(target, row, out var factor);
            sums.Into(target, start[row], start[row + 1], factor, add);
        }
    }

    int ISplitRow.PartWidth => X.Shape.RowLength;

    void ISplitRow.Part(int row, int first, int end, Span<float> part) =>
        new RowSums(A, X, Weight, ColumnScale, Heads, stackalloc float[RowSums.Room(Weight, ColumnScale, Heads)]).Into(part, first, end, 1f, add: false);

    void ISplitRow.Join(int row, Tensor parts)
    {
        var y = Y.Row(row);
        var add = new RowBegin(this).Into(y, row, out var factor);
        SplitRows.AddUp(parts, 0, y, factor, add);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        var of = new Operands(this);
        if (!LongRows.In(A))
        {
            gpu.Launch(Kernel, Quad.Count(A.Rows * Heads, of.Share), of, Y.View, Y.View, 0, Accumulate ? 1 : 0);
            return;
        }
        using var parts = new Tensor(gpu, new Shape(LongRows.Parts(A), X.Shape.RowLength));
        gpu.Launch(KernelParts, Quad.Count(parts.Shape[0] * Heads, of.Share), of, parts.View);
        gpu.Launch(Kernel, Quad.Count(A.Rows * Heads, of.Share), of, Y.View, parts.View, 1, Accumulate ? 1 : 0);
    }

    // On GPUs a head of a row counts as a row.
    internal readonly struct Operands(SpMM of)
    {
        public readonly ArrayView<int> Start = of.A.RowStart.View, Column = of.A.Column.View, Edge = (of.A.Edge ?? of.A.Column).View;
        public readonly ArrayView<float> X = of.X.View, Weight = (of.Weight ?? of.X).View, RowScale = (of.RowScale ?? of.X).View, ColumnScale = (of.ColumnScale ?? of.X).View, Bias = (of.Bias ?? of.X).View;
        public readonly int Heads = of.Heads, Share = of.X.Shape.RowLength / of.Heads, HasEdge = of.A.Edge is null ? 0 : 1, HasWeight = of.Weight is null ? 0 : 1;
        public readonly int HasRow = of.RowScale is null ? 0 : 1, HasColumn = of.ColumnScale is null ? 0 : 1, HasBias = of.Bias is null ? 0 : 1, HasLoops = of.Loops ? 1 : 0;

        public Quad Sum(int first, int end, int head, QuadOfRow at) => at.Some != 0 || HasWeight != 0 || HasColumn != 0
            ? Weighted(first, end, head, at) : Plain(first, end, at.Column);

        // A row's entry of itself, its scale, its bias.
        public Quad Finish(Quad sum, int row, int head, QuadOfRow at)
        {
            if (HasLoops != 0) sum += Quad.Load(X, row * Share + at.Column, at.Some) * (HasColumn != 0 ? ColumnScale[row] : 1f);
            if (HasRow != 0) sum *= RowScale[row];
            if (HasBias != 0) sum += Quad.Load(Bias, head * Share + at.Column, at.Some);
            return sum;
        }

        // A loop of one block, which the assembler unrolls.
        private Quad Plain(int first, int end, int column)
        {
            var sum = Quad.All(0f);
            for (var entry = first; entry < end; entry++) sum += Quad.Load(X, Column[entry] * Share + column, some: 0);
            return sum;
        }

        private Quad Weighted(int first, int end, int head, QuadOfRow at)
        {
            var sum = Quad.All(0f);
            for (var entry = first; entry < end; entry++)
            {
                var c = Column[entry];
                var value = Quad.Load(X, (c * Heads + head) * Share + at.Column, at.Some);
                if (HasWeight != 0) value *= Weight[(HasEdge != 0 ? Edge[entry] : entry) * Heads + head];
                if (HasColumn != 0) value *= ColumnScale[c];
                sum += value;
            }
            return sum;
        }
    }

    private static void Kernel(Index1D item, Operands of, ArrayView<float> y, ArrayView<float> parts, int cut, int accumulate)
    {
        var at = new QuadOfRow(item, of.Share);
        int row = at.Row / of.Heads, head = at.Row - row * of.Heads, end = of.Start[row + 1];
        var own = cut != 0 ? LongRows.FirstCut(of.Start[row], end) : end;
        var sum = of.Sum(of.Start[row], own, head, at);
        for (var entry = own; entry < end; entry += LongRows.Part)
            sum += Quad.Load(parts, (entry / LongRows.Part * of.Heads + head) * of.Share + at.Column, at.Some);
        Quad.Store(y, at.Row * of.Share + at.Column, of.Finish(sum, row, head, at), accumulate, at.Some);
    }

    private static void KernelParts(Index1D item, Operands of, ArrayView<float> parts)
    {
        var at = new QuadOfRow(item, of.Share);
        int part = at.Row / of.Heads, head = at.Row - part * of.Heads, end = LongRows.EndOf(part, of.Start);
        if (end > 0) Quad.Store(parts, at.Row * of.Share + at.Column, of.Sum(part * LongRows.Part, end, head, at), 0, at.Some);
    }
}
