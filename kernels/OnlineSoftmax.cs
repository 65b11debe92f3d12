namespace GraphTune.Kernels;

/// <summary>The state of a softmax-weighted sum that sees each score once: what is there is scaled down whenever a larger score comes.</summary>
/// <remarks>Milakov and Gimelshein 2018, arXiv:1805.02867, section 3. A score of −∞ weighs nothing; a NaN takes over. For GPU twins.</remarks>
internal readonly struct OnlineSoftmax(float max, float sum)
{
    /// <summary>The largest score so far; the sum of exp(score − max).</summary>
    public readonly float Max = max, Sum = sum;

    /// <summary>Before any score.</summary>
    public static OnlineSoftmax None => new(float.NegativeInfinity, 0f);

    /// <summary>What exp(from) weighs beside exp(to).</summary>
    public static float Share(float from, float to) => from == float.NegativeInfinity ? 0f : MathF.Exp(from - to);

    /// <summary>The maximum after one score more.</summary>
    public static float Larger(float max, float score) => score < max ? max : score;

    /// <summary>log Σ exp(score); 0 for no scores.</summary>
    public float Lse => Sum == 0f ? 0f : Max + MathF.Log(Sum);

    /// <summary>1 / Σ; 0 for no scores.</summary>
    public float Inverse => Sum == 0f ? 0f : 1f / Sum;
}

/// <summary>Four softmax-weighted sums that share their weights.</summary>
internal readonly struct WeightedQuad(float max, float sum, Quad total)
{
    public readonly float Max = max, Sum = sum;
    public readonly Quad Total = total;

    /// <summary>Before any score.</summary>
    public static WeightedQuad None => new(float.NegativeInfinity, 0f, Quad.All(0f));

    /// <summary>With one score more, or with a part that has its own maximum, sum and total.</summary>
    public WeightedQuad With(float score, float sum, Quad total)
    {
        var max = OnlineSoftmax.Larger(Max, score);
        float before = OnlineSoftmax.Share(Max, max), share = OnlineSoftmax.Share(score, max);
        return new(max, Sum * before + sum * share, Total * before + total * share);
    }
}
