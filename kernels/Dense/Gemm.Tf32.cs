using ILGPU;

namespace GraphTune.Kernels;

// The same tiles by tensor cores, where the device's Precision allows it: operands are rounded to TF32 on their way into shared memory, eight warps
// make 32 × 32 of C each, and the sums are floats. A product's relative error is up to 2⁻¹¹ for each operand.
public readonly partial record struct Gemm
{
    private const int Warp = 32;

    private static void KernelTf32(Product of, int flags)
    {
        var left = SharedMemory.Allocate<float>(GpuTile.Depth * GpuTile.LeftStride);
        var right = SharedMemory.Allocate<float>(GpuTile.Depth * GpuTile.RightStride);
        int row = Grid.IdxX * GpuTile.Rows, column = Grid.IdxY * GpuTile.Columns, start = Grid.IdxZ * of.Depth, end = of.End;
        var a = new GpuTile(of.A, of.LeftTransposed != 0 ? of.M : of.K, of.LeftTransposed == 0 ? 1 : 0, row, of.M, end);
        var b = new GpuTile(of.B, of.RightTransposed != 0 ? of.K : of.N, of.RightTransposed, column, of.N, end);
        int warp = Group.IdxX / Warp, lane = Group.IdxX % Warp, i = warp / 2 * 32, j = warp % 2 * 32;
        var sums = default(WarpSums);
        Quad a0 = a.Load(Group.IdxX, start, GpuTile.Rows), a1 = a.Load(Group.IdxX + Threads, start, GpuTile.Rows), b0 = b.Load(Group.IdxX, start, GpuTile.Columns);
        for (var k = start; k < end; k += GpuTile.Depth)
        {
            Group.Barrier();
            a.Store(left, GpuTile.LeftStride, Group.IdxX, Tf32.Round(a0), GpuTile.Rows);
            a.Store(left, GpuTile.LeftStride, Group.IdxX + Threads, Tf32.Round(a1), GpuTile.Rows);
            b.Store(right, GpuTile.RightStride, Group.IdxX, Tf32.Round(b0), GpuTile.Columns);
            Group.Barrier();
            a0 = a.Load(Group.IdxX, k + GpuTile.Depth, GpuTile.Rows);
            a1 = a.Load(Group.IdxX + Threads, k + GpuTile.Depth, GpuTile.Rows);
            b0 = b.Load(Group.IdxX, k + GpuTile.Depth, GpuTile.Columns);
            sums = sums.With(left, i, right, j, lane).With(left, 8 * GpuTile.LeftStride + i, right, 8 * GpuTile.RightStride + j, lane);
        }
        sums.Finish(of, row + i + lane / 4, column + j + lane % 4 * 2, flags);
    }

    /// <summary>A thread's share of 32 × 32 sums: of two blocks of 16 rows, and four of 8 columns.</summary>
    internal readonly struct WarpSums(Quad a0, Quad a1, Quad a2, Quad a3, Quad b0, Quad b1, Quad b2, Quad b3)
    {
        private readonly Quad a0 = a0, a1 = a1, a2 = a2, a3 = a3, b0 = b0, b1 = b1, b2 = b2, b3 = b3;

        /// <summary>With eight products more.</summary>
        public WarpSums With(ArrayView<float> left, int i, ArrayView<float> right, int j, int lane) => new(
            Tf32.MultiplyAdd(left, i, right, j, lane, a0), Tf32.MultiplyAdd(left, i, right, j + 8, lane, a1),
            Tf32.MultiplyAdd(left, i, right, j + 16, lane, a2), Tf32.MultiplyAdd(left, i, right, j + 24, lane, a3),
            Tf32.MultiplyAdd(left, i + 16, right, j, lane, b0), Tf32.MultiplyAdd(left, i + 16, right, j + 8, lane, b1),
            Tf32.MultiplyAdd(left, i + 16, right, j + 16, lane, b2), Tf32.MultiplyAdd(left, i + 16, right, j + 24, lane, b3));

        public void Finish(Product of, int row, int column, int flags)
        {
            Block(of, row, column, a0, flags);
            Block(of, row, column + 8, a1, flags);
            Block(of, row, column + 16, a2, flags);
            Block(of, row, column + 24, a3, flags);
            Block(of, row + 16, column, b0, flags);
            Block(of, row + 16, column + 8, b1, flags);
            Block(of, row + 16, column + 16, b2, flags);
            Block(of, row + 16, column + 24, b3, flags);
        }

        private static void Block(Product of, int row, int column, Quad sums, int flags)
        {
            of.Finish(row, column, sums.X, flags);
            of.Finish(row, column + 1, sums.Y, flags);
            of.Finish(row + 8, column, sums.Z, flags);
            of.Finish(row + 8, column + 1, sums.W, flags);
        }
    }
}
