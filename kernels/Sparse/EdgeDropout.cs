using System.Runtime.Intrinsics;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>Dropout of attention weights on the CPU: the numbers of <see cref="Attention.Kept"/>, eight edges at a time where an edge's heads share a block.</summary>
internal static class EdgeDropout
{
    private const int Words = 4;

    /// <summary>Drops or scales the weights of edges that stand beside each other.</summary>
    public static void Apply(Attention a, int first, int count, Span<float> weight)
    {
        var places = new HeadLanes(a.Heads);
        Span<float> kept = stackalloc float[Lanes.Width * Words];
        Span<int> position = stackalloc int[Lanes.Width];
        for (var k = 0; k < count; k += Lanes.Width)
        {
            var edges = Math.Min(Lanes.Width, count - k);
            for (var lane = 0; lane < Lanes.Width; lane++) position[lane] = first + k + lane;
            for (var head = 0; head < a.Heads; head += Words)
            {
                Kept(a, position, head, kept);
                for (var lane = 0; lane < edges; lane++)
                    for (var h = head; h < Math.Min(a.Heads, head + Words); h++) weight[(k + lane) * places.Stride + h] *= kept[lane * Words + h - head];
            }
        }
    }

    /// <summary>factor[k,h] = what dropout makes of a weight of 1, for edges at any position.</summary>
    public static void Factors(Attention a, ReadOnlySpan<int> positions, Span<float> factor)
    {
        var places = new HeadLanes(a.Heads);
        Span<float> kept = stackalloc float[Lanes.Width * Words];
        Span<int> position = stackalloc int[Lanes.Width];
        for (var k = 0; k < positions.Length; k += Lanes.Width)
        {
            var edges = Math.Min(Lanes.Width, positions.Length - k);
            positions.Slice(k, edges).CopyTo(position);
            for (var head = 0; head < a.Heads; head += Words)
            {
                Kept(a, position, head, kept);
                for (var lane = 0; lane < edges; lane++)
                    for (var h = head; h < Math.Min(a.Heads, head + Words); h++) factor[(k + lane) * places.Stride + h] = kept[lane * Words + h - head];
            }
        }
    }

    // Four heads from one on, of eight edges.
    private static void Kept(Attention a, ReadOnlySpan<int> position, int head, Span<float> kept)
    {
        if (Words % a.Heads != 0 && a.Heads % Words != 0)
        {
            for (var i = 0; i < kept.Length; i++) kept[i] = head + i % Words < a.Heads ? Attention.Kept(a.Key, position[i / Words] * a.Heads + head + i % Words, a.Drop) : 0f;
            return;
        }
        var item = Vector256.Create(position) * a.Heads + Vector256.Create(head);
        PhiloxLanes.Blocks(a.Key, (item >> 2).AsUInt32(), out var word0, out var word1, out var word2, out var word3);
        Span<uint> words = stackalloc uint[Lanes.Width * Words];
        word0.CopyTo(words);
        word1.CopyTo(words[Lanes.Width..]);
        word2.CopyTo(words[(2 * Lanes.Width)..]);
        word3.CopyTo(words[(3 * Lanes.Width)..]);
        var scale = 1f / (1f - a.Drop);
        for (var lane = 0; lane < Lanes.Width; lane++)
            for (var h = 0; h < Math.Min(a.Heads, Words); h++)
                kept[lane * Words + h] = Philox.Unit(words[((item[lane] & 3) + h) * Lanes.Width + lane]) < a.Drop ? 0f : scale;
    }
}
