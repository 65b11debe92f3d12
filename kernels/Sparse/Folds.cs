using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>The largest. NaN counts as larger than anything. The note is how many are equal to it: they share the gradient equally.</summary>
public readonly struct Largest : IFold<Largest>
{
    /// <inheritdoc/>
    public static float Empty => 0f;

    /// <inheritdoc/>
    public static Pair First(float v) => new(v, 1f);

    /// <inheritdoc/>
    public static Pair Next(Pair state, float v) => v > state.A || float.IsNaN(v) ? new(v, 1f) : new(state.A, v == state.A ? state.B + 1f : state.B);

    /// <inheritdoc/>
    public static Pair Last(Pair state) => state;

    /// <inheritdoc/>
    public static float Slope(float v, float result, float note) => v == result ? 1f / note : 0f;

    /// <inheritdoc/>
    public static LanePair First(Vector256<float> v) => new(v, Vector256<float>.One);

    /// <inheritdoc/>
    public static LanePair Next(LanePair state, Vector256<float> v) => Better(state, v, Vector256.GreaterThan(v, state.A));

    /// <inheritdoc/>
    public static LanePair Join(LanePair state, LanePair more) => Joined(state, more, Vector256.GreaterThan(more.A, state.A));

    /// <inheritdoc/>
    public static LanePair Last(LanePair state) => state;

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> v, Vector256<float> result, Vector256<float> note) =>
        Vector256.Equals(v, result) & (Vector256<float>.One / note);

    internal static LanePair Joined(LanePair state, LanePair more, Vector256<float> better)
    {
        better |= ~Vector256.Equals(more.A, more.A);
        var ties = state.B + (Vector256.Equals(more.A, state.A) & more.B);
        return new(Vector256.ConditionalSelect(better, more.A, state.A), Vector256.ConditionalSelect(better, more.B, ties));
    }

    internal static LanePair Better(LanePair state, Vector256<float> v, Vector256<float> better)
    {
        better |= ~Vector256.Equals(v, v);
        var ties = state.B + (Vector256.Equals(v, state.A) & Vector256<float>.One);
        return new(Vector256.ConditionalSelect(better, v, state.A), Vector256.ConditionalSelect(better, Vector256<float>.One, ties));
    }
}

/// <summary>The smallest, with the conventions of <see cref="Largest"/>.</summary>
public readonly struct Smallest : IFold<Smallest>
{
    /// <inheritdoc/>
    public static float Empty => 0f;

    /// <inheritdoc/>
    public static Pair First(float v) => new(v, 1f);

    /// <inheritdoc/>
    public static Pair Next(Pair state, float v) => v < state.A || float.IsNaN(v) ? new(v, 1f) : new(state.A, v == state.A ? state.B + 1f : state.B);

    /// <inheritdoc/>
    public static Pair Last(Pair state) => state;

    /// <inheritdoc/>
    public static float Slope(float v, float result, float note) => v == result ? 1f / note : 0f;

    /// <inheritdoc/>
    public static LanePair First(Vector256<float> v) => new(v, Vector256<float>.One);

    /// <inheritdoc/>
    public static LanePair Next(LanePair state, Vector256<float> v) => Largest.Better(state, v, Vector256.LessThan(v, state.A));

    /// <inheritdoc/>
    public static LanePair Join(LanePair state, LanePair more) => Largest.Joined(state, more, Vector256.LessThan(more.A, state.A));

    /// <inheritdoc/>
    public static LanePair Last(LanePair state) => state;

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> v, Vector256<float> result, Vector256<float> note) => Largest.Slope(v, result, note);
}

/// <summary>The product. The state is the product of all but the zeros, and their number; the note is that product where there is one zero, whose slope it is, else 0.</summary>
public readonly struct Product : IFold<Product>
{
    /// <inheritdoc/>
    public static float Empty => 1f;

    /// <inheritdoc/>
    public static Pair First(float v) => Next(new(1f, 0f), v);

    /// <inheritdoc/>
    public static Pair Next(Pair state, float v) => v == 0f ? new(state.A, state.B + 1f) : new(state.A * v, state.B);

    /// <inheritdoc/>
    public static Pair Last(Pair state) => new(state.B == 0f ? state.A : 0f, state.B == 1f ? state.A : 0f);

    /// <inheritdoc/>
    public static float Slope(float v, float result, float note) => v == 0f ? note : result / v;

    /// <inheritdoc/>
    public static LanePair First(Vector256<float> v) => Next(new(Vector256<float>.One, default), v);

    /// <inheritdoc/>
    public static LanePair Next(LanePair state, Vector256<float> v)
    {
        var zero = Vector256.Equals(v, default);
        return new(Vector256.ConditionalSelect(zero, state.A, state.A * v), state.B + (zero & Vector256<float>.One));
    }

    /// <inheritdoc/>
    public static LanePair Join(LanePair state, LanePair more) => new(state.A * more.A, state.B + more.B);

    /// <inheritdoc/>
    public static LanePair Last(LanePair state) => new(Vector256.Equals(state.B, default) & state.A, Vector256.Equals(state.B, Vector256<float>.One) & state.A);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> v, Vector256<float> result, Vector256<float> note) =>
        Vector256.ConditionalSelect(Vector256.Equals(v, default), note, result / v);
}
