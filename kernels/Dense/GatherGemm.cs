using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>yᵢ = Σᵣ (Σₑ wₑ·xⱼ)·B[r] over the entries e = (i, j) of relation r, all relations in one launch; or added to y.</summary>
/// <remarks>
/// Gather, product and scatter in one pass. CPU: a thread owns a run of rows of y; for one relation after the other it sums 48 pairs' sources
/// into scratch, multiplies them by the relation's matrix, and adds the results to their rows. So nothing of the size entries × k exists, a pair
/// costs one row of a product however many entries it has, and the order of all sums is fixed.
/// GPU: one work item for each row and column.
/// </remarks>
/// <param name="A">Which entries there are.</param>
/// <param name="X">x[A.Columns,k].</param>
/// <param name="B">b[relations,k,n]; b[relations,n,k] when it is transposed.</param>
/// <param name="Y">y[A.Rows,n].</param>
/// <param name="Weight">w[entries], read where A's edge ids say; null for ones.</param>
/// <param name="Transposed">None, or Right: B[r]ᵀ.</param>
/// <param name="Accumulate">Whether to add to y.</param>
public readonly record struct GatherGemm(RelationalCsr A, Tensor X, Tensor B, Tensor Y, Tensor? Weight = null, Transpose Transposed = Transpose.None, bool Accumulate = false)
    : IKernel
{
    private int K => X.Shape[1];

    private int N => Y.Shape[1];

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        if (Y.Count == 0) return;
        if (cpu.VectorBits >= 512) On<GemmTile<Floats512, Vector512<float>>>(cpu);
        else On<GemmTile<Floats256, Vector256<float>>>(cpu);
    }

    private unsafe void On<TTile>(CpuDevice cpu) where TTile : IGemmTile
    {
        using var room = new Tensor(cpu, new Shape(A.Relations, GemmPanels<TTile>.Size(N, K)));
        fixed (float* b = B.Span, panels = room.Span)
        {
            cpu.ForRows(A.Relations, new GroupPanels<TTile>(b, panels, N, K, Transposed), grain: 1 + 32_768 / (1 + K * N));
            var grain = 1 + 65_536 / (1 + K + N);
            cpu.ForRows(A.OfRow, new Loop<TTile>(this, panels), grain, least: grain);   // a run of rows goes through all relations
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, A.OfRow.RowStart.View, A.OfRow.Column.View, A.RelationStart.View, A.Pairs.RowStart.View,
        A.Pairs.Column.View, A.Pairs.Edge!.View, X.View, B.View, (Weight ?? X).View, Y.View, new Form(this));

    internal readonly struct Form(GatherGemm of)
    {
        public readonly int K = of.K, N = of.N, HasWeight = of.Weight is null ? 0 : 1, IsTransposed = of.Transposed == Transpose.Right ? 1 : 0, Accumulate = of.Accumulate ? 1 : 0;
    }

    private static void Kernel(Index1D at, ArrayView<int> ofRow, ArrayView<int> pairs, ArrayView<int> relationStart, ArrayView<int> start, ArrayView<int> column,
        ArrayView<int> edge, ArrayView<float> x, ArrayView<float> b, ArrayView<float> weight, ArrayView<float> y, Form form)
    {
        int row = at / form.N, j = at % form.N, relation = 0;
        int step = form.IsTransposed != 0 ? 1 : form.N, begin = form.IsTransposed != 0 ? j * form.K : j;
        var sum = 0f;
        for (var i = ofRow[row]; i < ofRow[row + 1]; i++)
        {
            var pair = pairs[i];
            while (relationStart[relation + 1] <= pair) relation++;
            for (var entry = start[pair]; entry < start[pair + 1]; entry++)
            {
                int source = column[entry] * form.K, q = relation * form.K * form.N + begin;
                var dot = 0f;
                for (var p = source; p < source + form.K; p++, q += step) dot += x[p] * b[q];
                sum += form.HasWeight != 0 ? dot * weight[edge[entry]] : dot;
            }
        }
        y[at] = form.Accumulate != 0 ? y[at] + sum : sum;
    }

    private readonly unsafe struct Loop<TTile>(GatherGemm of, float* panels) : IRowLoop where TTile : IGemmTile
    {
        private const int Block = 2048, Some = 48;   // rows of y that stay in the second cache; pairs of one product

        public void Rows(int first, int end)
        {
            using var room = new Tensor(of.Y.Device, new Shape(Some * (of.K + of.N)));
            for (var row = first; row < end; row += Block)
            {
                var last = Math.Min(end, row + Block);
                if (!of.Accumulate) of.Y.Span[(row * of.N)..(last * of.N)].Clear();
                var start = of.A.RelationStart.Span;
                for (var r = 0; r < of.A.Relations; r++)
                {
                    var rows = of.A.Row.Span[start[r]..start[r + 1]];
                    OneRelation(r, start[r] + Below(rows, row), start[r] + Below(rows, last), room);
                }
            }
        }

        // How many of the ascending rows lie below one.
        private static int Below(ReadOnlySpan<int> rows, int row)
        {
            var at = rows.BinarySearch(row);
            return at < 0 ? ~at : at;
        }

        private void OneRelation(int relation, int first, int end, Tensor room)
        {
            int k = of.K, n = of.N;
            var sums = new RowSums(of.A.Pairs, of.X, of.Weight, columnScale: null, heads: 1, stackalloc float[RowSums.Room(of.Weight, null, 1)]);
            var matrix = panels + (nint)relation * GemmPanels<TTile>.Size(n, k);
            Span<float> z = room.Span[..(Some * k)], u = room.Span[(Some * k)..];
            for (var pair = first; pair < end; pair += Some)
            {
                var count = Math.Min(Some, end - pair);
                for (var i = 0; i < count; i++) sums.Into(z.Slice(i * k, k), of.A.Pairs.RowStart.Span[pair + i], of.A.Pairs.RowStart.Span[pair + i + 1], 1f, add: false);
                fixed (float* a = z, c = u) new GemmLoop<TTile>(new Strided(a, k, 1), matrix, c, count, n, k, accumulate: false, null, relu: false).All();
                for (var i = 0; i < count; i++) Lanes.Add(u.Slice(i * n, n), of.Y.Row(of.A.Row.Span[pair + i]));
            }
        }
    }
}
