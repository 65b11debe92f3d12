using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The gradient that flows to the channels of one edge, dscore·∂term/∂s (+ alpha·dy where edges add to x), on the CPU.</summary>
/// <param name="matrix">The in-edges.</param>
/// <param name="a">The operands of forward.</param>
/// <param name="share">From the backward pass over nodes.</param>
/// <param name="room">As many floats as the scores need.</param>
internal readonly ref struct EdgeFlow<TScore>(Csr matrix, Attention a, AttendEdgeShare share, Span<float> room) where TScore : struct, IScore<TScore>
{
    private readonly EdgeScores<TScore> scores = new(matrix, a, outgoing: false, room);
    private readonly ReadOnlySpan<float> dscore = share.DScore.Span, alpha = share.Alpha.Span, dy = share.DY.Span;
    private readonly int heads = a.Heads, width = a.Width;
    private readonly bool inValue = a.EdgeInValue;

    /// <summary>dz = the gradient of the edge's channels.</summary>
    public void At(int row, int entry, Span<float> dz)
    {
        dz.Clear();
        scores.Ends(row, entry, out var s, out var t);
        scores.Slopes(s, t, dscore.Slice(entry * heads, heads), dz, ofSource: true);
        if (!inValue) return;
        var features = width / heads;
        for (var head = 0; head < heads; head++)
            Lanes.AddScaled(alpha[entry * heads + head], dy.Slice(row * width + head * features, features), dz.Slice(head * features, features));
    }

    /// <summary>Adds dscore·∂term/∂w.</summary>
    public void AddToWeight(int row, int entry, Span<float> dw)
    {
        scores.Ends(row, entry, out var s, out var t);
        scores.WeightSlopes(s, t, dscore.Slice(entry * heads, heads), dw);
    }
}

/// <summary>The same for GPU twins.</summary>
internal readonly struct FlowViews(AttendEdgeShare share)
{
    public readonly ArrayView<float> DScore = share.DScore.View, Alpha = share.Alpha.View, DY = share.DY.View;

    public float At<TScore>(int from, int to, int entry, int c, AttentionViews a) where TScore : struct, IScore<TScore>
    {
        var head = c / a.Channels;
        var flow = DScore[entry * a.Heads + head] * TScore.BySource(a.AtSource(from, entry, c), a.AtTarget(to, c), a.WeightOf(c), a.Constant);
        return a.EdgeInValue != 0 ? flow + Alpha[entry * a.Heads + head] * DY[to * a.Heads * a.Channels + c] : flow;
    }
}
