using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>The operands that forward and backward of additive attention share.</summary>
/// <param name="X">What is averaged: x[n,h·f], head by head.</param>
/// <param name="Source">The score's share of the node an edge comes from: source[n,h].</param>
/// <param name="Target">The score's share of the node an edge goes to: target[m,h].</param>
/// <param name="Edge">The score's share of the edge itself, edge[e,h] in the order of the in-edges; null for none.</param>
/// <param name="Slope">The slope of the leaky ReLU below 0.</param>
/// <param name="Drop">The probability that an edge's weight is dropped, 0 to 1.</param>
/// <param name="Key">Names the random numbers of the dropout.</param>
public readonly record struct Attention(Tensor X, Tensor Source, Tensor Target, Tensor? Edge, float Slope, float Drop, RandomKey Key)
{
    /// <summary>The number of heads, h.</summary>
    public int Heads => Source.Shape.RowLength;

    /// <summary>Features of one head, f.</summary>
    public int Features => X.Shape.RowLength / Heads;

    /// <summary>0 when the edge's weight is dropped, 1 / (1 − p) when it is kept: the same number in forward and backward.</summary>
    /// <param name="key">The stream.</param>
    /// <param name="item">Edge times heads plus head.</param>
    /// <param name="drop">The probability p of a drop.</param>
    public static float Kept(RandomKey key, int item, float drop) => Philox.Unit(key.Block((uint)item >> 2)[item & 3]) < drop ? 0f : 1f / (1f - drop);

    /// <summary>x where x &gt; 0, else slope·x.</summary>
    internal static float Leaky(float x, float slope) => x > 0f ? x : slope * x;
}
