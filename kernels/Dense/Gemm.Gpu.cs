using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

// On GPUs a group of threads makes a tile of C: 128 × 64, eight rows and four columns a thread, whose 32 sums stay in registers. Strips of A and
// B, sixteen products deep, wait in shared memory for all threads; the next strips are loaded while the current ones are worked on.
public readonly partial record struct Gemm
{
    private const int Threads = GpuTile.Threads, BusyGroups = 512, DeepestParts = 256;

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        if (C.Count == 0) return;
        if (gpu.Accelerator.MaxNumThreadsPerGroup < Threads)
        {
            gpu.Launch(KernelEach, C.Count, new Product(this, C, K, K), (Accumulate ? 1 : 0) | Epilogue);
            return;
        }
        var (depth, parts) = Bias is null && !Relu ? SplitDepth(M, N, K) : (K, 1);
        if (parts == 1)
        {
            Tiles(gpu, C, K, 1, (Accumulate ? 1 : 0) | Epilogue);
            return;
        }
        using var sums = new Tensor(gpu, new Shape(parts, M, N));
        Tiles(gpu, sums, depth, parts, 0);
        gpu.Run(new ColumnSum(sums, C, Accumulate));
    }

    /// <summary>How a product of few tiles is cut along k, so that a GPU has groups enough.</summary>
    internal static (int Depth, int Parts) SplitDepth(int m, int n, int k)
    {
        int tiles = ((m - 1) / GpuTile.Rows + 1) * ((n - 1) / GpuTile.Columns + 1), parts = k < 2 * DeepestParts ? 1 : Math.Min(Math.Min(k / DeepestParts, DeepestParts), BusyGroups / tiles);
        if (parts <= 1) return (k, 1);
        var depth = ((k - 1) / parts / GpuTile.Depth + 1) * GpuTile.Depth;
        return (depth, (k - 1) / depth + 1);
    }

    private int Epilogue => (Bias is null ? 0 : 2) | (Relu ? 4 : 0);

    private void Tiles(GpuDevice gpu, Tensor target, int depth, int parts, int flags)
    {
        var grid = GpuTile.Grid(M, N, parts);
        if (gpu.Precision == Precision.Tf32 && gpu.MultipliesTf32) gpu.LaunchGroups(KernelTf32, grid, new Product(this, target, K, depth), flags);
        else gpu.LaunchGroups(Kernel, grid, new Product(this, target, K, depth), flags);
    }

    /// <summary>The operands of a product, or of its parts along k, each of which has a C of its own.</summary>
    internal readonly struct Product(Gemm of, Tensor target, int k, int depth)
    {
        public readonly ArrayView<float> A = of.A.View, B = of.B.View, C = target.View, Bias = (of.Bias ?? of.C).View;
        public readonly int M = of.M, N = of.N, K = k, Depth = depth, LeftTransposed = of.Transposed == Transpose.Left ? 1 : 0, RightTransposed = of.Transposed == Transpose.Right ? 1 : 0;

        /// <summary>Where k ends for this group.</summary>
        public int End => K - Grid.IdxZ * Depth < Depth ? K : (Grid.IdxZ + 1) * Depth;

        /// <summary>Writes four sums of a row, with what belongs after them; nothing outside C.</summary>
        public void Finish(int row, int column, Quad sum, int flags)
        {
            if (row >= M || column >= N) return;
            var some = N % 4 == 0 ? 0 : N - column < 4 ? N - column : 4;
            if ((flags & 2) != 0) sum += Quad.Load(Bias, column, some);
            if ((flags & 4) != 0) sum = new(Kernels.Relu.Value(sum.X, 0f), Kernels.Relu.Value(sum.Y, 0f), Kernels.Relu.Value(sum.Z, 0f), Kernels.Relu.Value(sum.W, 0f));
            Quad.Store(C, (Grid.IdxZ * M + row) * N + column, sum, flags & 1, some);
        }

        /// <summary>The same for one sum.</summary>
        public void Finish(int row, int column, float sum, int flags)
        {
            if (row >= M || column >= N) return;
            var at = (Grid.IdxZ * M + row) * N + column;
            if ((flags & 2) != 0) sum += Bias[column];
            if ((flags & 4) != 0) sum = Kernels.Relu.Value(sum, 0f);
            C[at] = (flags & 1) != 0 ? C[at] + sum : sum;
        }
    }

    private static void Kernel(Product of, int flags)
    {
        var a = new GpuTile(of.A, of.LeftTransposed != 0 ? of.M : of.K, of.LeftTransposed == 0 ? 1 : 0, Grid.IdxX * GpuTile.Rows, of.M, of.End);
        var b = new GpuTile(of.B, of.RightTransposed != 0 ? of.K : of.N, of.RightTransposed, Grid.IdxY * GpuTile.Columns, of.N, of.End);
        Multiply(of, a, b, flags);
    }

    /// <summary>A group's tile of C, whatever brings the strips of A and B.</summary>
    internal static void Multiply<TLeft, TRight>(Product of, TLeft a, TRight b, int flags) where TLeft : struct, IGpuStrips where TRight : struct, IGpuStrips
    {
        var left = SharedMemory.Allocate<float>(GpuTile.Depth * GpuTile.LeftStride);
        var right = SharedMemory.Allocate<float>(GpuTile.Depth * GpuTile.RightStride);
        int row = Grid.IdxX * GpuTile.Rows, column = Grid.IdxY * GpuTile.Columns, start = Grid.IdxZ * of.Depth, end = of.End;
        int i = Group.IdxX / 16 * 8, j = Group.IdxX % 16 * 4;
        var sums = default(EightRows);
        Quad a0 = a.Load(Group.IdxX, start, GpuTile.Rows), a1 = a.Load(Group.IdxX + Threads, start, GpuTile.Rows), b0 = b.Load(Group.IdxX, start, GpuTile.Columns);
        for (var k = start; k < end; k += GpuTile.Depth)
        {
            Group.Barrier();
            a.Store(left, GpuTile.LeftStride, Group.IdxX, a0, GpuTile.Rows);
            a.Store(left, GpuTile.LeftStride, Group.IdxX + Threads, a1, GpuTile.Rows);
            b.Store(right, GpuTile.RightStride, Group.IdxX, b0, GpuTile.Columns);
            Group.Barrier();
            a0 = a.Load(Group.IdxX, k + GpuTile.Depth, GpuTile.Rows);
            a1 = a.Load(Group.IdxX + Threads, k + GpuTile.Depth, GpuTile.Rows);
            b0 = b.Load(Group.IdxX, k + GpuTile.Depth, GpuTile.Columns);
            for (var p = 0; p < GpuTile.Depth; p += 4) sums = sums.With(left, right, p, i, j).With(left, right, p + 1, i, j).With(left, right, p + 2, i, j).With(left, right, p + 3, i, j);
        }
        sums.Finish(of, row + i, column + j, flags);
    }

    /// <summary>The sums of one thread.</summary>
    internal readonly struct EightRows(Quad r0, Quad r1, Quad r2, Quad r3, Quad r4, Quad r5, Quad r6, Quad r7)
    {
        private readonly Quad r0 = r0, r1 = r1, r2 = r2, r3 = r3, r4 = r4, r5 = r5, r6 = r6, r7 = r7;

        public EightRows With(ArrayView<float> left, ArrayView<float> right, int p, int i, int j) =>
            With(Quad.Load(left, p * GpuTile.LeftStride + i, 0), Quad.Load(left, p * GpuTile.LeftStride + i + 4, 0), Quad.Load(right, p * GpuTile.RightStride + j, 0));

        private EightRows With(Quad upper, Quad lower, Quad b) => new(r0 + b * upper.X, r1 + b * upper.Y, r2 + b * upper.Z, r3 + b * upper.W,
            r4 + b * lower.X, r5 + b * lower.Y, r6 + b * lower.Z, r7 + b * lower.W);

        public void Finish(Product of, int row, int column, int flags)
        {
            of.Finish(row, column, r0, flags);
            of.Finish(row + 1, column, r1, flags);
            of.Finish(row + 2, column, r2, flags);
            of.Finish(row + 3, column, r3, flags);
            of.Finish(row + 4, column, r4, flags);
            of.Finish(row + 5, column, r5, flags);
            of.Finish(row + 6, column, r6, flags);
            of.Finish(row + 7, column, r7, flags);
        }
    }

    // For devices without large groups: the simulator.
    private static void KernelEach(Index1D at, Product of, int flags)
    {
        int row = at / of.N, column = at % of.N;
        var sum = 0f;
        for (var k = 0; k < of.K; k++) sum += of.A[of.LeftTransposed != 0 ? k * of.M + row : row * of.K + k] * of.B[of.RightTransposed != 0 ? column * of.K + k : k * of.N + column];
        if ((flags & 1) != 0) sum += of.C[at];
        if ((flags & 2) != 0) sum += of.Bias[column];
        of.C[at] = (flags & 4) != 0 ? Kernels.Relu.Value(sum, 0f) : sum;
    }
}
