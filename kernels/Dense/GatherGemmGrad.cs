using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>db[r] = Σ (Σₑ wₑ·xⱼ)ᵀ·dyᵢ over the rows i that relation r reaches: the gradient of the matrices of a <see cref="GatherGemm"/>; or added.</summary>
/// <param name="A">The pattern of the forward pass.</param>
/// <param name="X">x[A.Columns,k].</param>
/// <param name="DY">dy[A.Rows,n].</param>
/// <param name="DB">db[relations,k,n].</param>
/// <param name="Weight">w[entries]; null for ones.</param>
/// <param name="Accumulate">Whether to add to db.</param>
/// <remarks>CPU: 96 pairs at a time, 256 for wide rows, are gathered into scratch and multiplied. Deterministic, as <see cref="GroupedGemmGrad"/>.</remarks>
public readonly record struct GatherGemmGrad(RelationalCsr A, Tensor X, Tensor DY, Tensor DB, Tensor? Weight = null, bool Accumulate = false) : IKernel
{
    private int K => X.Shape[1];

    private int N => DY.Shape[1];

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        if (DB.Count == 0) return;
        if (cpu.VectorBits >= 512) GroupSums.Run<GemmTile<Floats512, Vector512<float>>, Gathered>(cpu, new(this), A.Pairs.Rows, A.RelationStart, DB, K, N, Accumulate);
        else GroupSums.Run<GemmTile<Floats256, Vector256<float>>, Gathered>(cpu, new(this), A.Pairs.Rows, A.RelationStart, DB, K, N, Accumulate);
    }

    private readonly unsafe struct Gathered(GatherGemmGrad of) : IRowPairs
    {
        public float* Left(int row, int count, float* room)
        {
            ReadOnlySpan<int> start = of.A.Pairs.RowStart.Span;
            var sums = new RowSums(of.A.Pairs, of.X, of.Weight, columnScale: null, heads: 1, stackalloc float[RowSums.Room(of.Weight, null, 1)]);
            for (var i = 0; i < count; i++) sums.Into(new Span<float>(room + i * of.K, of.K), start[row + i], start[row + i + 1], 1f, add: false);
            return room;
        }

        public float* Right(int row, int count, float* room)
        {
            ReadOnlySpan<int> rows = of.A.Row.Span.Slice(row, count);
            for (var i = 0; i < count; i++) of.DY.Row(rows[i]).CopyTo(new Span<float>(room + i * of.N, of.N));
            return room;
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, DB.Count, A.RelationStart.View, A.Row.View, A.Pairs.RowStart.View, A.Pairs.Column.View, A.Pairs.Edge!.View,
        X.View, DY.View, (Weight ?? X).View, DB.View, new Form(this));

    internal readonly struct Form(GatherGemmGrad of)
    {
        public readonly int K = of.K, N = of.N, HasWeight = of.Weight is null ? 0 : 1, Accumulate = of.Accumulate ? 1 : 0;
    }

    private static void Kernel(Index1D at, ArrayView<int> relationStart, ArrayView<int> row, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge,
        ArrayView<float> x, ArrayView<float> dy, ArrayView<float> weight, ArrayView<float> db, Form form)
    {
        int relation = at / form.N / form.K, i = at / form.N % form.K, j = at % form.N;
        var sum = form.Accumulate != 0 ? db[at] : 0f;
        for (var pair = relationStart[relation]; pair < relationStart[relation + 1]; pair++)
        {
            var z = 0f;
            for (var entry = start[pair]; entry < start[pair + 1]; entry++)
                z += x[column[entry] * form.K + i] * (form.HasWeight != 0 ? weight[edge[entry]] : 1f);
            sum += z * dy[row[pair] * form.N + j];
        }
        db[at] = sum;
    }
}
