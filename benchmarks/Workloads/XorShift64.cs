namespace GraphTune.Benchmarks;

/// <summary>Marsaglia's xorshift64 (2003), shifts 13, 7 and 17: the generator behind the graphs that peers are measured on.</summary>
/// <remarks>Not for anything that learns: those draw from <see cref="GraphTune.Engine.Rng"/>.</remarks>
internal struct XorShift64(ulong seed)
{
    private ulong state = seed;

    /// <summary>The state after one more round.</summary>
    public ulong Next()
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return state;
    }

    /// <summary>A double in [0, 1): the upper 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>A float in [−1, 1): the upper 24 bits.</summary>
    public float NextSignedSingle() => (Next() >> 40) * (1f / (1 << 23)) - 1f;

    /// <summary>An integer from 0 up to, not including, <paramref name="bound"/>; its slight bias is part of the graphs' definition.</summary>
    public int NextBelow(int bound) => (int)((Next() >> 1) % (ulong)bound);
}
