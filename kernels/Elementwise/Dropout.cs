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
    private const int Group = 32;

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
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, 2 * Groups, X.View, Y.View, Dropped(P), Scale(P), Key, Accumulate ? 1 : 0);

    // Half a group: four blocks, which serve four quads of neighbours.
    private static void Kernel(Index1D half, ArrayView<float> x, ArrayView<float> y, int dropped, float scale, RandomKey key, int accumulate)
    {
        var block = 4 * (uint)(int)half;
        Philox a = key.Block(block), b = key.Block(block + 1), c = key.Block(block + 2), d = key.Block(block + 3);
        int at = half / 2 * Group + half % 2 * 4, end = y.IntLength;
        if (at < end) Four(new(a.X, b.X, c.X, d.X), x, y, at, dropped, scale, accumulate);
        if (at + 8 < end) Four(new(a.Y, b.Y, c.Y, d.Y), x, y, at + 8, dropped, scale, accumulate);
        if (at + 16 < end) Four(new(a.Z, b.Z, c.Z, d.Z), x, y, at + 16, dropped, scale, accumulate);
        if (at + 24 < end) Four(new(a.W, b.W, c.W, d.W), x, y, at + 24, dropped, scale, accumulate);
    }

    private static void Four(Philox word, ArrayView<float> x, ArrayView<float> y, int at, int dropped, float scale, int accumulate)
    {
        var v = Quad.Load(x, at, y.IntLength - at >= 4 ? 0 : y.IntLength - at);
        Quad.Store(y, at, new(Kept(word.X, v.X, dropped, scale), Kept(word.Y, v.Y, dropped, scale), Kept(word.Z, v.Z, dropped, scale), Kept(word.W, v.W, dropped, scale)), accumulate);
    }

    private static float Kept(uint word, float x, int dropped, float scale) => (int)(word >> 8) >= dropped ? x * scale : 0f;
}
