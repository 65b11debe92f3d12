using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>How attention scores an edge: the sum, over a head's channels, of a function of the source's number s, the target's t and the head's weight w.</summary>
/// <typeparam name="TSelf">The struct itself, so that loops over it compile without a call.</typeparam>
/// <remarks>One constant a goes with each score. The scalar forms run on GPUs, both on CPUs.</remarks>
public interface IScore<TSelf> where TSelf : struct, IScore<TSelf>
{
    /// <summary>One channel's term.</summary>
    static abstract float Term(float s, float t, float w, float a);

    /// <summary>∂term/∂s.</summary>
    static abstract float BySource(float s, float t, float w, float a);

    /// <summary>∂term/∂t.</summary>
    static abstract float ByTarget(float s, float t, float w, float a);

    /// <summary>∂term/∂w.</summary>
    static abstract float ByWeight(float s, float t, float a);

    /// <summary>Eight terms.</summary>
    static abstract Vector256<float> Term(Vector256<float> s, Vector256<float> t, Vector256<float> w, float a);

    /// <summary>∂term/∂s of eight.</summary>
    static abstract Vector256<float> BySource(Vector256<float> s, Vector256<float> t, Vector256<float> w, float a);

    /// <summary>∂term/∂t of eight.</summary>
    static abstract Vector256<float> ByTarget(Vector256<float> s, Vector256<float> t, Vector256<float> w, float a);

    /// <summary>∂term/∂w of eight.</summary>
    static abstract Vector256<float> ByWeight(Vector256<float> s, Vector256<float> t, float a);
}

/// <summary>w·LeakyReLU(s + t), the slope below 0 being a: additive attention, of GAT with one channel a head, of GATv2 with many.</summary>
public readonly struct AdditiveScore : IScore<AdditiveScore>
{
    /// <inheritdoc/>
    public static float Term(float s, float t, float w, float a) => w * LeakyRelu.Value(s + t, a);

    /// <inheritdoc/>
    public static float BySource(float s, float t, float w, float a) => s + t > 0f ? w : a * w;

    /// <inheritdoc/>
    public static float ByTarget(float s, float t, float w, float a) => BySource(s, t, w, a);

    /// <inheritdoc/>
    public static float ByWeight(float s, float t, float a) => LeakyRelu.Value(s + t, a);

    /// <inheritdoc/>
    public static Vector256<float> Term(Vector256<float> s, Vector256<float> t, Vector256<float> w, float a) => w * LeakyRelu.Value(s + t, a);

    /// <inheritdoc/>
    public static Vector256<float> BySource(Vector256<float> s, Vector256<float> t, Vector256<float> w, float a) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(s + t, default), w, w * a);

    /// <inheritdoc/>
    public static Vector256<float> ByTarget(Vector256<float> s, Vector256<float> t, Vector256<float> w, float a) => BySource(s, t, w, a);

    /// <inheritdoc/>
    public static Vector256<float> ByWeight(Vector256<float> s, Vector256<float> t, float a) => LeakyRelu.Value(s + t, a);
}

/// <summary>a·s·t: dot-product attention, of transformers, with a = 1 / √channels. There is no weight.</summary>
public readonly struct DotScore : IScore<DotScore>
{
    /// <inheritdoc/>
    public static float Term(float s, float t, float w, float a) => a * s * t;

    /// <inheritdoc/>
    public static float BySource(float s, float t, float w, float a) => a * t;

    /// <inheritdoc/>
    public static float ByTarget(float s, float t, float w, float a) => a * s;

    /// <inheritdoc/>
    public static float ByWeight(float s, float t, float a) => 0f;

    /// <inheritdoc/>
    public static Vector256<float> Term(Vector256<float> s, Vector256<float> t, Vector256<float> w, float a) => s * t * a;

    /// <inheritdoc/>
    public static Vector256<float> BySource(Vector256<float> s, Vector256<float> t, Vector256<float> w, float a) => t * a;

    /// <inheritdoc/>
    public static Vector256<float> ByTarget(Vector256<float> s, Vector256<float> t, Vector256<float> w, float a) => s * a;

    /// <inheritdoc/>
    public static Vector256<float> ByWeight(Vector256<float> s, Vector256<float> t, float a) => default;
}
