using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>z[i,a,b] = Σ h[e,a]·x[e,b] over the entries e of row i of A: sums of outer products.</summary>
/// <remarks>A lists for each row the rows of h and of x. O(entries·a·b) work. CPU: one row of h meets its row of x, eight columns at a time.</remarks>
/// <param name="A">The pattern.</param>
/// <param name="H">h[A.Columns, a].</param>
/// <param name="X">x[A.Columns, b].</param>
/// <param name="Z">z[A.Rows, a, b].</param>
public readonly record struct OuterSum(Csr A, Tensor H, Tensor X, Tensor Z) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(A, this, grain: 64);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = A.RowStart.Span, column = A.Column.Span;
        ReadOnlySpan<float> hs = H.Span, xs = X.Span;
        var zs = Z.Span;
        int a = H.Shape.RowLength, b = X.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            var z = zs.Slice(row * a * b, a * b);
            z.Clear();
            for (var p = start[row]; p < start[row + 1]; p++)
                for (var i = 0; i < a; i++) Lanes.AddScaled(hs[column[p] * a + i], xs.Slice(column[p] * b, b), z.Slice(i * b, b));
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Z.Count, A.RowStart.View, A.Column.View, H.View, X.View, Z.View, H.Shape.RowLength, X.Shape.RowLength);

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<float> h, ArrayView<float> x, ArrayView<float> z, int a, int b)
    {
        int row = item / (a * b), i = item / b % a, j = item % b;
        var sum = 0f;
        for (var p = start[row]; p < start[row + 1]; p++) sum += h[column[p] * a + i] * x[column[p] * b + j];
        z[item] = sum;
    }
}

/// <summary>dh[e,a] = Σᵦ dz[i,a,b]·x[e,b], or dx[e,b] = Σₐ dz[i,a,b]·h[e,a]: the gradients of <see cref="OuterSum"/>, written or added.</summary>
/// <param name="Out">The transpose of the pattern: row e lists the one row i that entry e belongs to.</param>
/// <param name="DZ">dz[rows, a, b].</param>
/// <param name="Other">x for the gradient of h, h for that of x.</param>
/// <param name="D">The gradient, [entries, a] or [entries, b].</param>
/// <param name="OfX">Whether it is x's.</param>
/// <param name="Accumulate">Whether to add to it.</param>
public readonly record struct OuterSumGrad(Csr Out, Tensor DZ, Tensor Other, Tensor D, bool OfX, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Out, this, grain: 64);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = Out.RowStart.Span, row = Out.Column.Span;
        ReadOnlySpan<float> dzs = DZ.Span, others = Other.Span;
        int own = D.Shape.RowLength, other = Other.Shape.RowLength;
        for (var e = first; e < end; e++)
        {
            var d = D.Span.Slice(e * own, own);
            if (!Accumulate) d.Clear();
            var x = others.Slice(e * other, other);
            for (var p = start[e]; p < start[e + 1]; p++)
            {
                var dz = dzs.Slice(row[p] * own * other, own * other);
                if (OfX) for (var i = 0; i < other; i++) Lanes.AddScaled(x[i], dz.Slice(i * own, own), d);
                else for (var i = 0; i < own; i++) d[i] += Lanes.Dot(dz.Slice(i * other, other), x);
            }
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, D.Count, Out.RowStart.View, Out.Column.View, DZ.View, Other.View, D.View,
        D.Shape.RowLength, Other.Shape.RowLength, OfX ? 1 : 0, Accumulate ? 1 : 0);

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> row, ArrayView<float> dz, ArrayView<float> other, ArrayView<float> d,
        int own, int others, int ofX, int accumulate)
    {
        int e = item / own, i = item % own;
        var sum = accumulate != 0 ? d[item] : 0f;
        for (var p = start[e]; p < start[e + 1]; p++)
            for (var j = 0; j < others; j++) sum += dz[row[p] * own * others + (ofX != 0 ? j * own + i : i * others + j)] * other[e * others + j];
        d[item] = sum;
    }
}
