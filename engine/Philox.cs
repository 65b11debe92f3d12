namespace GraphTune.Engine;

/// <summary>Philox-4x32-10: four random words from a counter and a key, in any order, the same bits on CPU and GPU.</summary>
/// <remarks>Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 4.3. Checked against Random123's known answers.</remarks>
public readonly record struct Philox(uint X, uint Y, uint Z, uint W)
{
    private const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;   // M4x32 of the paper's table 2
    private const uint Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;               // golden ratio and √3 − 1
    private const int Rounds = 10;

    /// <summary>The four words for this counter under this key.</summary>
    public static Philox Block(uint x, uint y, uint z, uint w, uint key0, uint key1)
    {
        for (var round = 0; round < Rounds; round++)
        {
            ulong left = (ulong)Multiplier0 * x, right = (ulong)Multiplier1 * z;
            (x, y, z, w) = ((uint)(right >> 32) ^ y ^ key0, (uint)right, (uint)(left >> 32) ^ w ^ key1, (uint)left);
            key0 += Weyl0;
            key1 += Weyl1;
        }
        return new Philox(x, y, z, w);
    }

    /// <summary>The word in position 0 to 3.</summary>
    public uint this[int lane] => lane == 0 ? X : lane == 1 ? Y : lane == 2 ? Z : W;

    /// <summary>A word as a float in [0, 1): its upper 24 bits, all of which a float holds. By way of int: from uint, C# converts through double, which not every GPU has.</summary>
    public static float Unit(uint word) => (int)(word >> 8) * (1f / (1 << 24));
}

/// <summary>Names one stream of random numbers for a kernel: a seed, and the place in the program that draws.</summary>
/// <param name="Seed">The key of every draw in a run.</param>
/// <param name="Step">Which training step.</param>
/// <param name="Draw">Which operation of the step.</param>
public readonly record struct RandomKey(ulong Seed, uint Step, uint Draw)
{
    /// <summary>The four words of block <paramref name="block"/> in this stream.</summary>
    public Philox Block(uint block) => Philox.Block(block, 0, Draw, Step, (uint)Seed, (uint)(Seed >> 32));
}
