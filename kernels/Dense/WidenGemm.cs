using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y = x·Wᵀ + b for an x stored in 16 bits: numbers are widened on their way into the product, which is summed in floats.</summary>
/// <param name="X">x[n,k].</param>
/// <param name="W">w[m,k].</param>
/// <param name="B">b[m], or null.</param>
/// <param name="Y">y[n,m].</param>
/// <remarks>Reads 2 bytes a number of x. Widening is exact, so the result is that of <see cref="Gemm"/> on the widened x, bit for bit on CPUs.</remarks>
public readonly record struct WidenGemm<TFormat>(Halves X, Tensor W, Tensor? B, Tensor Y) : IKernel where TFormat : struct, IFormat<TFormat>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        if (Y.Count == 0) return;
        if (cpu.VectorBits >= 512) On<GemmTile<Floats512, Vector512<float>>>(cpu);
        else On<GemmTile<Floats256, Vector256<float>>>(cpu);
    }

    private unsafe void On<TTile>(CpuDevice cpu) where TTile : IGemmTile
    {
        int n = Y.Shape[0], m = Y.Shape[1], k = X.Shape[1];
        using var room = new Tensor(cpu, new Shape(GemmPanels<TTile>.Size(m, k)));
        fixed (float* w = W.Span, panels = room.Span)
        {
            cpu.ForRows(GemmPanels<TTile>.Count(m), new GemmPanels<TTile>(new Strided(w, 1, k), panels, m, k), grain: 1 + 32_768 / (1 + k * TTile.Width));
            cpu.ForRows((n - 1) / IGemmTile.Height + 1, new Loop<TTile>(this, panels), grain: 1 + (int)(262_144 / (1 + (long)k * m * IGemmTile.Height)));
        }
    }

    private readonly unsafe struct Loop<TTile>(WidenGemm<TFormat> of, float* panels) : IRowLoop where TTile : IGemmTile
    {
        private const int Widened = 32_768;   // floats of x at a time: they stay in the second cache

        public void Rows(int first, int end)
        {
            int n = of.Y.Shape[0], m = of.Y.Shape[1], k = of.X.Shape[1], last = Math.Min(n, end * IGemmTile.Height);
            var rows = Math.Clamp(Widened / Math.Max(1, k) / IGemmTile.Height, 1, 16) * IGemmTile.Height;
            using var room = new Tensor(of.Y.Device, new Shape(rows, k));
            fixed (float* x = room.Span, y = of.Y.Span, bias = of.B is null ? default : of.B.Span)
                for (var row = first * IGemmTile.Height; row < last; row += rows)
                {
                    var count = Math.Min(rows, last - row);
                    Widen<TFormat>.Run(of.X.Span.Slice(row * k, count * k), room.Span);
                    new GemmLoop<TTile>(new Strided(x, k, 1), panels, y + (nint)row * m, count, m, k, accumulate: false, bias, relu: false).All();
                }
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        if (Y.Count == 0) return;
        int n = Y.Shape[0], m = Y.Shape[1], k = X.Shape[1];
        if (gpu.Accelerator.MaxNumThreadsPerGroup < GpuTile.Threads) gpu.Launch(KernelEach, Y.Count, X.View, W.View, (B ?? W).View, Y.View, m, k, B is null ? 0 : 1);
        else gpu.LaunchGroups(Kernel, GpuTile.Grid(n, m, parts: 1), new Gemm.Product(new Gemm(W, W, Y, Transpose.Right, Bias: B), Y, k, k), X.View, B is null ? 0 : 2);
    }

    private static void Kernel(Gemm.Product of, ArrayView<ushort> x, int flags) => Gemm.Multiply(of, new HalfStrips<TFormat>(x, of.K, 1, Grid.IdxX * GpuTile.Rows, of.M, of.End),
        new GpuTile(of.B, of.K, 1, Grid.IdxY * GpuTile.Columns, of.N, of.End), flags);

    private static void KernelEach(Index1D at, ArrayView<ushort> x, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> y, int m, int k, int hasBias)
    {
        int p = at / m * k, q = at % m * k;
        var sum = hasBias != 0 ? bias[at % m] : 0f;
        for (var i = 0; i < k; i++) sum += TFormat.Widen(x[p + i]) * w[q + i];
        y[at] = sum;
    }
}

/// <summary>dw = dyᵀ·x for an x stored in 16 bits; or added to dw.</summary>
/// <param name="DY">dy[n,m].</param>
/// <param name="X">x[n,k].</param>
/// <param name="DW">dw[m,k].</param>
/// <param name="Accumulate">Whether to add to dw.</param>
/// <remarks>By parts of a fixed number of rows, as <see cref="GroupedGemmGrad"/>: bits do not depend on the number of threads.</remarks>
public readonly record struct WidenGemmGrad<TFormat>(Tensor DY, Halves X, Tensor DW, bool Accumulate = false) : IKernel where TFormat : struct, IFormat<TFormat>
{
    /// <inheritdoc/>
    public unsafe void Cpu(CpuDevice cpu)
    {
        if (DW.Count == 0) return;
        int n = X.Shape[0], k = X.Shape[1], m = DW.Shape[0];
        using var all = Indices.From(cpu, [0, n]);
        using var target = new Tensor(DW, new Shape(1, m, k));
        fixed (float* dy = DY.Span)
        {
            var rows = new Rows(X, dy, m);
            if (cpu.VectorBits >= 512) GroupSums.Run<GemmTile<Floats512, Vector512<float>>, Rows>(cpu, rows, n, all, target, m, k, Accumulate);
            else GroupSums.Run<GemmTile<Floats256, Vector256<float>>, Rows>(cpu, rows, n, all, target, m, k, Accumulate);
        }
    }

    private readonly unsafe struct Rows(Halves x, float* dy, int m) : IRowPairs
    {
        public float* Left(int row, int count, float* room) => dy + (nint)row * m;

        public float* Right(int row, int count, float* room)
        {
            var k = x.Shape[1];
            Widen<TFormat>.Run(x.Span.Slice(row * k, count * k), new Span<float>(room, count * k));
            return room;
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        if (DW.Count == 0) return;
        int m = DW.Shape[0], k = X.Shape[1], n = X.Shape[0];
        if (gpu.Accelerator.MaxNumThreadsPerGroup < GpuTile.Threads)
        {
            gpu.Launch(KernelEach, DW.Count, DY.View, X.View, DW.View, m, k, n, Accumulate ? 1 : 0);
            return;
        }
        var (depth, parts) = Gemm.SplitDepth(m, k, n);
        using var sums = parts == 1 ? null : new Tensor(gpu, new Shape(parts, m, k));
        gpu.LaunchGroups(Kernel, GpuTile.Grid(m, k, parts), new Gemm.Product(new Gemm(DY, DY, DW, Transpose.Left), sums ?? DW, n, depth), X.View, sums is null && Accumulate ? 1 : 0);
        if (sums is not null) gpu.Run(new ColumnSum(sums, DW, Accumulate));
    }

    private static void Kernel(Gemm.Product of, ArrayView<ushort> x, int flags) => Gemm.Multiply(of, new GpuTile(of.A, of.M, 0, Grid.IdxX * GpuTile.Rows, of.M, of.End),
        new HalfStrips<TFormat>(x, of.N, 0, Grid.IdxY * GpuTile.Columns, of.N, of.End), flags);

    private static void KernelEach(Index1D at, ArrayView<float> dy, ArrayView<ushort> x, ArrayView<float> dw, int m, int k, int n, int accumulate)
    {
        int i = at / k, j = at % k;
        var sum = accumulate != 0 ? dw[at] : 0f;
        for (var row = 0; row < n; row++) sum += dy[row * m + i] * TFormat.Widen(x[row * k + j]);
        dw[at] = sum;
    }
}
