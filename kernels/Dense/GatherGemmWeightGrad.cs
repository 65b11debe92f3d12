using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>dwₑ = xⱼ·(dyᵢ·B[r]ᵀ) for each entry e = (i, j) of relation r: the gradient of the weights of a <see cref="GatherGemm"/>; or added.</summary>
/// <param name="A">The pattern of the forward pass.</param>
/// <param name="X">x[A.Columns,k].</param>
/// <param name="B">b[relations,k,n].</param>
/// <param name="DY">dy[A.Rows,n].</param>
/// <param name="DW">dw[entries], in the order of A's edge ids.</param>
/// <param name="Accumulate">Whether to add to dw.</param>
/// <remarks>CPU: one row of a product for each pair, one dot product for each entry. Deterministic.</remarks>
public readonly record struct GatherGemmWeightGrad(RelationalCsr A, Tensor X, Tensor B, Tensor DY, Tensor DW, bool Accumulate = false) : IKernel
{
    private int K => X.Shape[1];

    private int N => DY.Shape[1];

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        if (DW.Count == 0) return;
        if (cpu.VectorBits >= 512) On<GemmTile<Floats512, Vector512<float>>>(cpu);
        else On<GemmTile<Floats256, Vector256<float>>>(cpu);
    }

    private unsafe void On<TTile>(CpuDevice cpu) where TTile : IGemmTile
    {
        using var room = new Tensor(cpu, new Shape(A.Relations, GemmPanels<TTile>.Size(K, N)));
        fixed (float* b = B.Span, panels = room.Span)
        {
            cpu.ForRows(A.Relations, new GroupPanels<TTile>(b, panels, K, N, Transpose.Right), grain: 1 + 32_768 / (1 + K * N));
            cpu.ForRows(A.Pairs, new Loop<TTile>(this, panels), grain: 1 + 65_536 / (1 + K + N));
        }
    }

    private readonly unsafe struct Loop<TTile>(GatherGemmWeightGrad of, float* panels) : IRowLoop where TTile : IGemmTile
    {
        private const int Some = 48;   // pairs of one product

        public void Rows(int first, int end)
        {
            using var room = new Tensor(of.X.Device, new Shape(Some * (of.K + of.N)));
            ReadOnlySpan<int> start = of.A.RelationStart.Span;
            for (int pair = first, relation = Bisect.RowOf(first, start), count; pair < end; pair += count)
            {
                while (start[relation + 1] <= pair) relation++;
                count = Math.Min(Some, Math.Min(end, start[relation + 1]) - pair);
                OneProduct(relation, pair, count, room.Span);
            }
        }

        private void OneProduct(int relation, int pair, int count, Span<float> room)
        {
            int k = of.K, n = of.N;
            ReadOnlySpan<int> start = of.A.Pairs.RowStart.Span, column = of.A.Pairs.Column.Span, edge = of.A.Pairs.Edge!.Span;
            Span<float> v = room[..(Some * k)], dy = room[(Some * k)..], dw = of.DW.Span;
            for (var i = 0; i < count; i++) of.DY.Row(of.A.Row.Span[pair + i]).CopyTo(dy.Slice(i * n, n));
            fixed (float* a = dy, c = v)
                new GemmLoop<TTile>(new Strided(a, n, 1), panels + (nint)relation * GemmPanels<TTile>.Size(k, n), c, count, k, n, accumulate: false, null, relu: false).All();
            for (var i = 0; i < count; i++)
                for (var entry = start[pair + i]; entry < start[pair + i + 1]; entry++)
                {
                    var dot = Lanes.Dot(of.X.Row(column[entry]), v.Slice(i * k, k));
                    dw[edge[entry]] = of.Accumulate ? dw[edge[entry]] + dot : dot;
                }
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, DW.Count, A.RelationStart.View, A.Row.View, A.Pairs.RowStart.View, A.Pairs.Column.View, A.Pairs.Edge!.View,
        X.View, B.View, DY.View, DW.View, K, N, Accumulate ? 1 : 0);

    private static void Kernel(Index1D entry, ArrayView<int> relationStart, ArrayView<int> row, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge,
        ArrayView<float> x, ArrayView<float> b, ArrayView<float> dy, ArrayView<float> dw, int k, int n, int accumulate)
    {
        int pair = Bisect.RowOf(entry, start), q = Bisect.RowOf(pair, relationStart) * k * n, source = column[entry] * k, target = row[pair] * n;
        var sum = 0f;
        for (var i = 0; i < k; i++)
        {
            var v = 0f;
            for (var j = 0; j < n; j++, q++) v += b[q] * dy[target + j];
            sum += x[source + i] * v;
        }
        dw[edge[entry]] = accumulate != 0 ? dw[edge[entry]] + sum : sum;
    }
}
