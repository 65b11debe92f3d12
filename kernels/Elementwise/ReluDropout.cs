using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y = dropout(max(x + b, 0)), in one pass: what stands between two layers.</summary>
/// <param name="X">x[n,m].</param>
/// <param name="B">b[m], which every row gets; null for none.</param>
/// <param name="Y">Written; may be x.</param>
/// <param name="P">The share that is dropped, 0 to 1.</param>
/// <param name="Key">The stream of random numbers: the same elements go as in <see cref="Dropout"/>.</param>
/// <remarks>
/// Reads and writes 4 bytes each per element. An element of y is above 0 exactly where it was kept and the rectifier has slope 1, so the
/// gradient is that of <see cref="ScaledRelu"/> on y: no mask is stored, and no number drawn again.
/// </remarks>
public readonly record struct ReluDropout(Tensor X, Tensor? B, Tensor Y, float P, RandomKey Key) : IKernel, IRowLoop
{
    private const int Group = 32, Words = 4;

    private int Groups => (int)((Y.Count + Group - 1L) / Group);

    private int Width => B?.Count ?? 1;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Groups, this, grain: 256);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var lanes = new Eight(this, (int)((long)first * Group % Width));
        for (var group = first; group < end; group++)
        {
            if (P == 0f) lanes.Next(Vector256<uint>.AllBitsSet, Vector256<uint>.AllBitsSet, Vector256<uint>.AllBitsSet, Vector256<uint>.AllBitsSet, group * Group);
            else
            {
                PhiloxLanes.Blocks(Key, (uint)group * Lanes.Width, out var word0, out var word1, out var word2, out var word3);
                lanes.Next(word0, word1, word2, word3, group * Group);
            }
        }
    }

    // Runs through x and y, and through b again and again.
    private ref struct Eight(ReluDropout of, int column)
    {
        private readonly ReadOnlySpan<float> x = of.X.Span, b = of.B is null ? default : of.B.Span;
        private readonly Span<float> y = of.Y.Span;
        private readonly Vector256<int> dropped = Vector256.Create(Dropout.Dropped(of.P));
        private readonly Vector256<float> scale = Vector256.Create(Dropout.Scale(of.P));
        private int column = column;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Next(Vector256<uint> word0, Vector256<uint> word1, Vector256<uint> word2, Vector256<uint> word3, int i)
        {
            Next(word0, i);
            Next(word1, i + Lanes.Width);
            Next(word2, i + 2 * Lanes.Width);
            Next(word3, i + 3 * Lanes.Width);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Next(Vector256<uint> word, int i)
        {
            if (i >= y.Length) return;
            var value = Lanes.Load(x, i, 0f);
            if (!b.IsEmpty) value += Bias();
            var kept = Vector256.GreaterThanOrEqual((word >> 8).AsInt32(), dropped).AsSingle();
            (kept & ScaledRelu.Value(value, scale)).StoreFitting(y, i);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector256<float> Bias()
        {
            if (column + Lanes.Width > b.Length) return Wrapped();
            var bias = Lanes.Load(b, column);
            column += Lanes.Width;
            if (column == b.Length) column = 0;
            return bias;
        }

        // The end of one row and the beginning of the next, or several rows.
        private Vector256<float> Wrapped()
        {
            Span<float> bias = stackalloc float[Lanes.Width];
            for (var lane = 0; lane < Lanes.Width; lane++)
            {
                bias[lane] = b[column];
                if (++column == b.Length) column = 0;
            }
            return Lanes.Load(bias, 0);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Groups * Lanes.Width, X.View, (B ?? X).View, Y.View, B is null ? 0 : Width, Dropout.Dropped(P), Dropout.Scale(P), Key);

    private static void Kernel(Index1D block, ArrayView<float> x, ArrayView<float> b, ArrayView<float> y, int width, int dropped, float scale, RandomKey key)
    {
        var words = key.Block((uint)(int)block);
        var first = block / Lanes.Width * Group + block % Lanes.Width;
        for (var word = 0; word < Words; word++)
        {
            var i = first + word * Lanes.Width;
            if (i >= y.IntLength) return;
            var value = ScaledRelu.Value(width == 0 ? x[i] : x[i] + b[i % width], scale);
            y[i] = (int)(words[word] >> 8) < dropped ? 0f : value;
        }
    }
}
