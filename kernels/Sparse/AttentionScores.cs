using System.Runtime.Intrinsics;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>The scores of one node's in-edges on the CPU: their maxima, and their exponentials a block at a time.</summary>
internal readonly ref struct AttentionScores(Csr matrix, Attention a)
{
    private readonly ReadOnlySpan<int> column = matrix.Column.Span;
    private readonly ReadOnlySpan<float> source = a.Source.Span, target = a.Target.Span, edge = a.Edge is null ? default : a.Edge.Span;
    private readonly int heads = a.Heads;

    /// <summary>The largest score of each head among a row's entries.</summary>
    public void Max(int row, int from, int to, Span<float> max)
    {
        max.Fill(float.NegativeInfinity);
        for (var entry = from; entry < to; entry++)
            for (var head = 0; head < heads; head++) max[head] = MathF.Max(max[head], Score(row, entry, head));
    }

    /// <summary>weight = exp(score − max), added to sum, then dropped or scaled by dropout.</summary>
    public void Exponentials(int row, int from, int count, ReadOnlySpan<float> max, Span<float> sum, Span<float> weight)
    {
        for (var k = 0; k < count; k++)
            for (var head = 0; head < heads; head++) weight[k * heads + head] = Score(row, from + k, head) - max[head];
        var items = weight[..(count * heads)];
        Exp(items);
        for (var i = 0; i < items.Length; i++) sum[i % heads] += items[i];
        if (a.Drop > 0f)
            for (var i = 0; i < items.Length; i++) items[i] *= Attention.Kept(a.Key, from * heads + i, a.Drop);
    }

    private float Score(int row, int entry, int head)
    {
        var raw = source[column[entry] * heads + head] + target[row * heads + head];
        return Attention.Leaky(edge.IsEmpty ? raw : raw + edge[entry * heads + head], a.Slope);
    }

    // The last few go through a padded vector, so that each exponential has the same bits wherever it stands.
    private static void Exp(Span<float> values)
    {
        var i = 0;
        for (; i <= values.Length - Lanes.Width; i += Lanes.Width) Vector256.Exp(Lanes.Load(values, i)).Store(values, i);
        if (i == values.Length) return;
        Span<float> rest = stackalloc float[Lanes.Width];
        values[i..].CopyTo(rest);
        Vector256.Exp(Lanes.Load(rest, 0)).Store(rest, 0);
        rest[..(values.Length - i)].CopyTo(values[i..]);
    }
}
