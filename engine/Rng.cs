namespace GraphTune.Engine;

/// <summary>A sequence of random numbers on the host: initial weights, shuffles, samples. Same seed and stream, same bits, on every machine.</summary>
/// <remarks>Counter-based (<see cref="Philox"/>), so streams of one seed are independent and cost nothing to make.</remarks>
public sealed class Rng(ulong seed, uint stream = 0)
{
    private Philox block;
    private uint count;

    /// <summary>A uniform 32-bit word.</summary>
    public uint NextWord()
    {
        var lane = (int)(count & 3);
        if (lane == 0) block = Philox.Block(count >> 2, 1, stream, 0, (uint)seed, (uint)(seed >> 32));
        count++;
        return block[lane];
    }

    /// <summary>A uniform float in [0, 1).</summary>
    public float NextSingle() => Philox.Unit(NextWord());

    /// <summary>A uniform integer in [0, <paramref name="bound"/>), without bias (Lemire 2019).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var product = (ulong)NextWord() * (uint)bound;
        var reject = (uint)-bound % (uint)bound;
        while ((uint)product < reject) product = (ulong)NextWord() * (uint)bound;
        return (int)(product >> 32);
    }

    /// <summary>A standard normal number (Box and Muller 1958), computed in double.</summary>
    public float NextNormal()
    {
        var radius = Math.Sqrt(-2.0 * Math.Log((NextWord() + 1.0) / 4294967297.0));
        return (float)(radius * Math.Cos(2.0 * Math.PI * NextWord() / 4294967296.0));
    }

    /// <summary>Puts the items in random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
