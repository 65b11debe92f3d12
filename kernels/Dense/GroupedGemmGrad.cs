using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>C[g] = Σ over the rows i of group g of Aᵢᵀ·Bᵢ: the gradient of the matrices of a <see cref="GroupedGemm"/>; or added to C.</summary>
/// <param name="A">a[m,k], the rows of a group side by side.</param>
/// <param name="B">b[m,n].</param>
/// <param name="Start">The first row of each group, and m: groups + 1 numbers.</param>
/// <param name="C">c[groups,k,n]; zeros for an empty group.</param>
/// <param name="Accumulate">Whether to add to C.</param>
/// <remarks>On the CPU each group is cut into parts of a fixed number of rows, which are summed in order: bits do not depend on the number of threads.</remarks>
public readonly record struct GroupedGemmGrad(Tensor A, Tensor B, Indices Start, Tensor C, bool Accumulate = false) : IKernel
{
    private int K => A.Shape[1];

    private int N => B.Shape[1];

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        if (C.Count == 0) return;
        if (cpu.VectorBits >= 512) On<GemmTile<Floats512, Vector512<float>>>(cpu);
        else On<GemmTile<Floats256, Vector256<float>>>(cpu);
    }

    private unsafe void On<TTile>(CpuDevice cpu) where TTile : IGemmTile
    {
        fixed (float* a = A.Span, b = B.Span)
        {
            var rows = new StoredRows(a, b, K, N);
            GroupSums.Run<TTile, StoredRows>(cpu, rows, A.Shape[0], Start, C, K, N, Accumulate);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, C.Count, A.View, B.View, Start.View, C.View, K, N, Accumulate ? 1 : 0);

    private static void Kernel(Index1D at, ArrayView<float> a, ArrayView<float> b, ArrayView<int> start, ArrayView<float> c, int k, int n, int accumulate)
    {
        int group = at / n / k, i = at / n % k, j = at % n;
        var sum = accumulate != 0 ? c[at] : 0f;
        for (var row = start[group]; row < start[group + 1]; row++) sum += a[row * k + i] * b[row * n + j];
        c[at] = sum;
    }

    private readonly unsafe struct StoredRows(float* a, float* b, int k, int n) : IRowPairs
    {
        public float* Left(int row, int count, float* room) => a + (nint)row * k;

        public float* Right(int row, int count, float* room) => b + (nint)row * n;
    }
}

/// <summary>Where rows of two matrices come from: memory as it is, or rows that are gathered into scratch first.</summary>
internal unsafe interface IRowPairs
{
    /// <summary>Rows of the left matrix, one after the other; may use <paramref name="room"/> for them.</summary>
    float* Left(int row, int count, float* room);

    /// <summary>The same rows of the right matrix.</summary>
    float* Right(int row, int count, float* room);
}

/// <summary>C[g] = Σ Lᵢᵀ·Rᵢ over the rows of each group, by parts of a fixed number of rows.</summary>
internal static unsafe class GroupSums
{
    private const int ShortestPart = 1024, MostElements = 1 << 22;

    /// <summary>Sums all groups into c[groups,k,n].</summary>
    public static void Run<TTile, TRows>(CpuDevice cpu, TRows rows, int count, Indices start, Tensor c, int k, int n, bool accumulate)
        where TTile : IGemmTile where TRows : struct, IRowPairs
    {
        var groups = start.Count - 1;
        var most = Math.Max(1, MostElements / (k * n));
        var length = Math.Max(ShortestPart, (count - 1) / most + 1);
        using var firstPart = new Indices(cpu, groups + 1);
        var first = firstPart.Span;
        first[0] = 0;
        for (var g = 0; g < groups; g++) first[g + 1] = first[g] + (start.Span[g + 1] - start.Span[g] + length - 1) / length;
        using var sums = new Tensor(cpu, new Shape(Math.Max(1, first[groups]), k, n));
        fixed (float* s = sums.Span) cpu.ForRows(first[groups], new Part<TTile, TRows>(rows, start, firstPart, s, length, k, n, cpu), grain: 1);
        cpu.ForRows(groups, new Merge(sums, firstPart, c, accumulate), grain: 1 + 16_384 / (k * n));
    }

    private readonly struct Part<TTile, TRows>(TRows source, Indices groups, Indices firstPart, float* sums, int length, int k, int n, Device device) : IRowLoop
        where TTile : IGemmTile where TRows : struct, IRowPairs
    {
        public void Rows(int first, int end)
        {
            var depth = GemmPanels<TTile>.OnceDepth(n);
            var size = GemmPanels<TTile>.Size(n, depth);
            using var room = new Tensor(device, new Shape(size + depth * (k + n)));
            ReadOnlySpan<int> start = groups.Span, parts = firstPart.Span;
            fixed (float* panels = room.Span)
                for (var part = first; part < end; part++)
                {
                    var group = Bisect.RowOf(part, parts);
                    int from = start[group] + (part - parts[group]) * length, last = Math.Min(start[group + 1], from + length);
                    for (var row = from; row < last; row += depth)
                    {
                        var some = Math.Min(depth, last - row);
                        float* left = source.Left(row, some, panels + size), right = source.Right(row, some, panels + size + depth * k);
                        var b = GemmPanels<TTile>.ForOnce(new Strided(right, n, 1), panels, n, some, out var step);
                        new GemmLoop<TTile>(new Strided(left, 1, k), b, sums + (nint)part * k * n, k, n, some, row > from, null, relu: false, step).All();
                    }
                }
        }
    }

    private readonly struct Merge(Tensor sums, Indices firstPart, Tensor c, bool accumulate) : IRowLoop
    {
        public void Rows(int first, int end)
        {
            for (var g = first; g < end; g++)
            {
                var target = c.Row(g);
                if (!accumulate) target.Clear();
                for (var part = firstPart.Span[g]; part < firstPart.Span[g + 1]; part++)
                    Lanes.Add(sums.Row(part), target);
            }
        }
    }
}
