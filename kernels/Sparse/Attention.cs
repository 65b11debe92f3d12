using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The operands that forward and backward of attention share.</summary>
/// <param name="Heads">The number of heads, h.</param>
/// <param name="X">What is averaged: x[n,h·f], head by head.</param>
/// <param name="Source">What the node an edge comes from brings to the score: source[n,h·c].</param>
/// <param name="Target">What the node an edge goes to brings to it: target[m,h·c].</param>
/// <param name="Weight">weight[h·c]; null for ones.</param>
/// <param name="Edge">What the edge itself adds to its source: edge[e,h·c] in the order of the in-edges or, with a map, edge[e,d]; null for nothing.</param>
/// <param name="Map">From an edge's attributes to channels, map[d,h·c]; null where they are channels already.</param>
/// <param name="EdgeInValue">Whether the edge adds the same to x, which has as many channels as the score then.</param>
/// <param name="Constant">The constant of the score.</param>
/// <param name="Drop">The probability that an edge's weight is dropped, 0 to 1.</param>
/// <param name="Key">Names the random numbers of the dropout.</param>
public readonly record struct Attention(int Heads, Tensor X, Tensor Source, Tensor Target, Tensor? Weight, Tensor? Edge, Tensor? Map, bool EdgeInValue,
    float Constant, float Drop, RandomKey Key)
{
    /// <summary>Features of one head, f.</summary>
    public int Features => X.Shape.RowLength / Heads;

    /// <summary>Channels of one head's score, c.</summary>
    public int Channels => Source.Shape.RowLength / Heads;

    /// <summary>Channels of all heads, h·c.</summary>
    public int Width => Source.Shape.RowLength;

    /// <summary>Numbers that an edge brings, d; 0 for none.</summary>
    public int EdgeWidth => Edge is null ? 0 : Edge.Shape.RowLength;

    /// <summary>0 when the edge's weight is dropped, 1 / (1 − p) when it is kept: the same number in forward and backward.</summary>
    /// <param name="key">The stream.</param>
    /// <param name="item">Edge times heads plus head.</param>
    /// <param name="drop">The probability p of a drop.</param>
    public static float Kept(RandomKey key, int item, float drop) => Philox.Unit(key.Block((uint)item >> 2)[item & 3]) < drop ? 0f : 1f / (1f - drop);
}

/// <summary>The same operands as GPU twins take them.</summary>
internal readonly struct AttentionViews(Attention a)
{
    public readonly ArrayView<float> X = a.X.View, Source = a.Source.View, Target = a.Target.View;
    public readonly ArrayView<float> Weight = (a.Weight ?? a.X).View, Edge = (a.Edge ?? a.X).View, Map = (a.Map ?? a.X).View;
    public readonly int Heads = a.Heads, Features = a.Features, Channels = a.Channels, EdgeWidth = a.EdgeWidth;
    public readonly int HasWeight = a.Weight is null ? 0 : 1, HasMap = a.Map is null ? 0 : 1, EdgeInValue = a.EdgeInValue ? 1 : 0;
    public readonly float Constant = a.Constant, Drop = a.Drop;
    public readonly RandomKey Key = a.Key;

    /// <summary>What the edge at a position adds to channel c.</summary>
    public float AtEdge(int position, int c)
    {
        var width = Heads * Channels;
        if (EdgeWidth == 0) return 0f;
        if (HasMap == 0) return Edge[position * width + c];
        var sum = 0f;
        for (var d = 0; d < EdgeWidth; d++) sum += Edge[position * EdgeWidth + d] * Map[d * width + c];
        return sum;
    }

    public float AtSource(int from, int position, int c) => Source[from * Heads * Channels + c] + AtEdge(position, c);

    public float AtTarget(int to, int c) => Target[to * Heads * Channels + c];

    public float WeightOf(int c) => HasWeight != 0 ? Weight[c] : 1f;

    /// <summary>A head's score of an edge.</summary>
    public float Score<TScore>(int from, int to, int position, int head) where TScore : struct, IScore<TScore>
    {
        var sum = 0f;
        if (EdgeWidth != 0 || Channels % 4 != 0)
        {
            for (var c = head * Channels; c < (head + 1) * Channels; c++) sum += TScore.Term(AtSource(from, position, c), AtTarget(to, c), WeightOf(c), Constant);
            return sum;
        }
        for (var c = head * Channels; c < (head + 1) * Channels; c += 4)
        {
            Quad s = Quad.Load(Source, from * Heads * Channels + c, some: 0), t = Quad.Load(Target, to * Heads * Channels + c, some: 0), w = Quad.All(1f);
            if (HasWeight != 0) w = Quad.Load(Weight, c, some: 0);
            sum += TScore.Term(s.X, t.X, w.X, Constant) + TScore.Term(s.Y, t.Y, w.Y, Constant) + (TScore.Term(s.Z, t.Z, w.Z, Constant) + TScore.Term(s.W, t.W, w.W, Constant));
        }
        return sum;
    }

    /// <summary>Four of a head's features that an edge brings.</summary>
    public Quad Values(int from, int position, int head, QuadOfRow at)
    {
        var x = Quad.Load(X, (from * Heads + head) * Features + at.Column, at.Some);
        return EdgeInValue != 0 ? x + AtEdge(position, head * Features + at.Column, at.Some) : x;
    }

    /// <summary>What the edge at a position adds to so many channels from c on; 0 stands for four.</summary>
    public Quad AtEdge(int position, int c, int some) => new(AtEdge(position, c), some is 0 or > 1 ? AtEdge(position, c + 1) : 0f,
        some is 0 or > 2 ? AtEdge(position, c + 2) : 0f, some is 0 or > 3 ? AtEdge(position, c + 3) : 0f);
}
