using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>yᵣ = sᵣ · Σₑ wₑ·(x꜀ + b + tₖ) over the entries e of row r, c the entry's column and k its kind: a sum of rows of x in which each entry adds the row of its kind.</summary>
/// <remarks>
/// One pass: each message is added, weighted, and added to the sum, in the order of the entries and with one rounding each, as the usual
/// gather, add, multiply and scatter round; published models rest on those roundings where their activations are large.
/// CPU: panels of 32 columns stay in registers. GPU: one work item per row and column.
/// </remarks>
/// <param name="A">The pattern. Entry p uses weight p.</param>
/// <param name="Kind">A pattern with the same rows and entries, whose columns are kinds.</param>
/// <param name="X">x[A.Columns, f], or x[A.Columns, h, f] for h heads side by side.</param>
/// <param name="T">t[Kind.Columns, f] or t[Kind.Columns, h, f].</param>
/// <param name="Y">y[A.Rows, f] or y[A.Rows, h, f].</param>
/// <param name="Bias">b[f] or b[h, f], which every message gets; null for none.</param>
/// <param name="Weight">w[e] or, for h heads, w[e,h]; null for ones.</param>
/// <param name="RowScale">s[A.Rows]; null for ones.</param>
public readonly record struct TypedSpMM(Csr A, Csr Kind, Tensor X, Tensor T, Tensor Y, Tensor? Bias = null, Tensor? Weight = null, Tensor? RowScale = null) : IKernel, IRowLoop
{
    private const int Panel = 4 * Lanes.Width;

    private int Heads => Weight?.Shape.RowLength ?? 1;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(A, this, grain: 1 + 131_072 / (1 + X.Shape.RowLength));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = A.RowStart.Span;
        ReadOnlySpan<float> scale = RowScale is null ? default : RowScale.Span;
        var messages = new Messages(this);
        int width = X.Shape.RowLength, share = width / Heads;
        for (var row = first; row < end; row++)
            for (var head = 0; head < Heads; head++)
            {
                var y = Y.Span.Slice(row * width + head * share, share);
                messages.Into(y, start[row], start[row + 1], head, head * share, scale.IsEmpty ? 1f : scale[row]);
            }
    }

    private readonly ref struct Messages(TypedSpMM of)
    {
        private readonly ReadOnlySpan<int> column = of.A.Column.Span, kind = of.Kind.Column.Span;
        private readonly ReadOnlySpan<float> x = of.X.Span, t = of.T.Span, weight = of.Weight is null ? default : of.Weight.Span;
        private readonly ReadOnlySpan<float> bias = of.Bias is null ? default : of.Bias.Span;
        private readonly int width = of.X.Shape.RowLength, heads = of.Heads;

        public void Into(Span<float> y, int first, int end, int head, int from, float factor)
        {
            var j = 0;
            for (; j <= y.Length - Panel; j += Panel)
            {
                Vector256<float> a = default, b = default, c = default, d = default;
                Vector256<float> a0 = Bias(from + j), b0 = Bias(from + j + Lanes.Width), c0 = Bias(from + j + 2 * Lanes.Width), d0 = Bias(from + j + 3 * Lanes.Width);
                for (var entry = first; entry < end; entry++)
                {
                    int p = column[entry] * width + from + j, q = kind[entry] * width + from + j;
                    var w = Vector256.Create(Weight(entry, head));
                    a += w * (Lanes.Load(x, p) + a0 + Lanes.Load(t, q));
                    b += w * (Lanes.Load(x, p + Lanes.Width) + b0 + Lanes.Load(t, q + Lanes.Width));
                    c += w * (Lanes.Load(x, p + 2 * Lanes.Width) + c0 + Lanes.Load(t, q + 2 * Lanes.Width));
                    d += w * (Lanes.Load(x, p + 3 * Lanes.Width) + d0 + Lanes.Load(t, q + 3 * Lanes.Width));
                }
                (a * factor).Store(y, j);
                (b * factor).Store(y, j + Lanes.Width);
                (c * factor).Store(y, j + 2 * Lanes.Width);
                (d * factor).Store(y, j + 3 * Lanes.Width);
            }
            for (; j <= y.Length - Lanes.Width; j += Lanes.Width)
            {
                Vector256<float> sum = default, start = Bias(from + j);
                for (var entry = first; entry < end; entry++)
                    sum += Vector256.Create(Weight(entry, head)) * (Lanes.Load(x, column[entry] * width + from + j) + start + Lanes.Load(t, kind[entry] * width + from + j));
                (sum * factor).Store(y, j);
            }
            for (; j < y.Length; j++)
            {
                float sum = 0f, start = bias.IsEmpty ? 0f : bias[from + j];
                for (var entry = first; entry < end; entry++) sum += Weight(entry, head) * (x[column[entry] * width + from + j] + start + t[kind[entry] * width + from + j]);
                y[j] = sum * factor;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector256<float> Bias(int j) => bias.IsEmpty ? default : Lanes.Load(bias, j);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private float Weight(int entry, int head) => weight.IsEmpty ? 1f : weight[entry * heads + head];
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, A.RowStart.View, A.Column.View, Kind.Column.View, X.View, T.View, Y.View,
        (Bias ?? X).View, (Weight ?? X).View, (RowScale ?? X).View, new Form(this));

    internal readonly struct Form(TypedSpMM of)
    {
        public readonly int Width = of.X.Shape.RowLength, Heads = of.Heads;
        public readonly int HasBias = of.Bias is null ? 0 : 1, HasWeight = of.Weight is null ? 0 : 1, HasRow = of.RowScale is null ? 0 : 1;
    }

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<int> kind, ArrayView<float> x, ArrayView<float> t, ArrayView<float> y,
        ArrayView<float> bias, ArrayView<float> weight, ArrayView<float> scale, Form form)
    {
        int row = item / form.Width, j = item % form.Width, head = j / (form.Width / form.Heads);
        float sum = 0f, first = form.HasBias != 0 ? bias[j] : 0f;
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            var message = x[column[entry] * form.Width + j] + first + t[kind[entry] * form.Width + j];
            if (form.HasWeight != 0) message *= weight[entry * form.Heads + head];
            sum += message;
        }
        y[item] = form.HasRow != 0 ? sum * scale[row] : sum;
    }
}
