using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y = x / (1 − p) where the element's uniform number is p or more, else 0 (Srivastava et al. 2014, inverted as in PyTorch); or added to y.</summary>
/// <param name="X">Values, or gradients of y: the same key drops the same elements, so no mask is stored.</param>
/// <param name="Y">Written.</param>
/// <param name="P">The share that is dropped, 0 to 1.</param>
/// <param name="Key">The stream of random numbers.</param>
/// <param name="Accumulate">Whether to add to y.</param>
/// <remarks>
/// 32 elements share eight Philox blocks: element 32g + 8w + j takes word w of block 8g + j, so that eight blocks computed side by side
/// serve eight neighbours with each word. A dropped element is 0 whatever it was, NaN too.
/// </remarks>
public readonly record struct Dropout(Tensor X, Tensor Y, float P, RandomKey Key, bool Accumulate = false) : IKernel, IRowLoop
{
    private const int Group = 32, Words = 4;

    private int Groups => (int)((Y.Count + Group - 1L) / Group);

    // Uniform numbers are multiples of 2⁻²⁴; this many of them are below p.
    internal static int Dropped(float p) => (int)Math.Ceiling(p * (double)(1 << 24));

    /// <summary>What is kept is multiplied by this.</summary>
    public static float Scale(float p) => p < 1f ? 1f / (1f - p) : 0f;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Groups, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var x = X.Span[..Y.Count];
        var y = Y.Span;
        var dropped = Vector256.Create(Dropped(P));
        var scale = Vector256.Create(Scale(P));
        for (var group = first; group < end; group++)
        {
            var i = group * Group;
            PhiloxLanes.Blocks(Key, (uint)group * Lanes.Width, out var word0, out var word1, out var word2, out var word3);
            Eight(word0, dropped, scale, x, y, i);
            Eight(word1, dropped, scale, x, y, i + Lanes.Width);
            Eight(word2, dropped, scale, x, y, i + 2 * Lanes.Width);
            Eight(word3, dropped, scale, x, y, i + 3 * Lanes.Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Eight(Vector256<uint> word, Vector256<int> dropped, Vector256<float> scale, ReadOnlySpan<float> x, Span<float> y, int i)
    {
        if (i >= y.Length) return;
        var kept = Vector256.GreaterThanOrEqual((word >> 8).AsInt32(), dropped).AsSingle();
        (kept & (Lanes.Load(x, i, 0f) * scale)).StoreFitting(y, i, Accumulate);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Groups * Lanes.Width, X.View, Y.View, Dropped(P), Scale(P), Key, Accumulate ? 1 : 0);

    private static void Kernel(Index1D block, ArrayView<float> x, ArrayView<float> y, int dropped, float scale, RandomKey key, int accumulate)
    {
        var words = key.Block((uint)(int)block);
        var first = block / Lanes.Width * Group + block % Lanes.Width;
        for (var word = 0; word < Words; word++)
        {
            var i = first + word * Lanes.Width;
            if (i < x.IntLength) y[i] = (accumulate != 0 ? y[i] : 0f) + ((int)(words[word] >> 8) >= dropped ? x[i] * scale : 0f);
        }
    }
}
