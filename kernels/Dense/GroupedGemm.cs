using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>Cᵢ = Aᵢ·B[g] for the rows i of each group g, all groups in one launch; or added to C.</summary>
/// <param name="A">a[m,k], the rows of a group side by side.</param>
/// <param name="Start">The first row of each group, and m: groups + 1 numbers.</param>
/// <param name="B">b[groups,k,n]; b[groups,n,k] when it is transposed.</param>
/// <param name="C">c[m,n].</param>
/// <param name="Transposed">None, or Right: Cᵢ = Aᵢ·B[g]ᵀ.</param>
/// <param name="Accumulate">Whether to add to C.</param>
/// <remarks>2·m·n·k operations; as <see cref="Gemm"/>, so the bits do not depend on the number of threads. On the CPU all of B is packed first.</remarks>
public readonly record struct GroupedGemm(Tensor A, Indices Start, Tensor B, Tensor C, Transpose Transposed = Transpose.None, bool Accumulate = false) : IKernel
{
    private const int BlockRows = 96;

    private int N => C.Shape[1];

    private int K => A.Shape[1];

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        if (C.Count == 0) return;
        if (cpu.VectorBits >= 512) On<GemmTile<Floats512, Vector512<float>>>(cpu);
        else On<GemmTile<Floats256, Vector256<float>>>(cpu);
    }

    private unsafe void On<TTile>(CpuDevice cpu) where TTile : IGemmTile
    {
        var groups = Start.Count - 1;
        using var room = new Tensor(cpu, new Shape(groups, GemmPanels<TTile>.Size(N, K)));
        using var blocks = new Indices(cpu, groups + 1);
        fixed (float* a = A.Span, b = B.Span, c = C.Span, panels = room.Span)
        {
            cpu.ForRows(groups, new GroupPanels<TTile>(b, panels, N, K, Transposed), grain: 1 + 32_768 / (1 + K * N));
            var count = Blocks(Start.Span, blocks.Span);
            cpu.ForRows(count, new GroupLoop<TTile>(a, Start, blocks, panels, c, N, K, BlockRows, Accumulate), grain: 1 + 262_144 / (1 + K * N * BlockRows));
        }
    }

    // The first block of each group; a block lies in one group.
    private static int Blocks(ReadOnlySpan<int> start, Span<int> first)
    {
        first[0] = 0;
        for (var g = 1; g < start.Length; g++) first[g] = first[g - 1] + (start[g] - start[g - 1] + BlockRows - 1) / BlockRows;
        return first[^1];
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) =>
        gpu.Launch(Kernel, C.Count, A.View, Start.View, B.View, C.View, N, K, Transposed == Transpose.Right ? 1 : 0, Accumulate ? 1 : 0);

    private static void Kernel(Index1D at, ArrayView<float> a, ArrayView<int> start, ArrayView<float> b, ArrayView<float> c, int n, int k, int transposed, int accumulate)
    {
        int row = at / n, column = at % n, step = transposed != 0 ? 1 : n;
        var q = Bisect.RowOf(row, start) * k * n + (transposed != 0 ? column * k : column);
        var sum = accumulate != 0 ? c[at] : 0f;
        for (var p = row * k; p < (row + 1) * k; p++, q += step) sum += a[p] * b[q];
        c[at] = sum;
    }
}

/// <summary>The panels of each group's matrix, one after the other.</summary>
internal readonly unsafe struct GroupPanels<TTile>(float* b, float* panels, int n, int k, Transpose transposed) : IRowLoop where TTile : IGemmTile
{
    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var g = first; g < end; g++)
        {
            var matrix = b + (nint)g * k * n;
            new GemmPanels<TTile>(transposed == Transpose.Right ? new Strided(matrix, 1, k) : new Strided(matrix, n, 1), panels + (nint)g * GemmPanels<TTile>.Size(n, k), n, k)
                .Rows(0, GemmPanels<TTile>.Count(n));
        }
    }
}

/// <summary>Blocks of rows, each of one group.</summary>
internal readonly unsafe struct GroupLoop<TTile>(float* a, Indices groups, Indices firstBlock, float* panels, float* c, int n, int k, int blockRows, bool accumulate) : IRowLoop
    where TTile : IGemmTile
{
    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = groups.Span, blocks = firstBlock.Span;
        var group = Bisect.RowOf(first, blocks);
        for (var block = first; block < end; block++)
        {
            while (blocks[group + 1] <= block) group++;
            var row = start[group] + (block - blocks[group]) * blockRows;
            new GemmLoop<TTile>(new Strided(a + (nint)row * k, k, 1), panels + (nint)group * GemmPanels<TTile>.Size(n, k), c + (nint)row * n,
                Math.Min(blockRows, start[group + 1] - row), n, k, accumulate, null, relu: false).All();
        }
    }
}
