namespace GraphTune.Engine;

/// <summary>Keys and their positions, bucket after bucket, in memory outside the collector's sight.</summary>
internal readonly struct Dealt(CpuBuffer keys, CpuBuffer positions, int count, int[] start)
{
    /// <summary>Where each bucket starts; one more for the end.</summary>
    public int[] Start => start;

    public Span<ulong> Keys => keys.Span<ulong>(0, count);

    public Span<int> Positions => positions.Span<int>(0, count);
}

/// <summary>Deals keys into buckets by their upper bits, in the order given: once to count, then to move.</summary>
/// <param name="Keys">The keys.</param>
/// <param name="Count">Their number.</param>
/// <param name="Shift">The bits below those that name the bucket.</param>
/// <param name="Runs">Shares of the keys, one after another; a thread deals a share.</param>
/// <param name="Next">For each run and bucket: first the number of keys, then where its next key goes.</param>
/// <param name="To">Where they go.</param>
/// <param name="Moves">Whether keys are moved or only counted.</param>
internal readonly record struct Deal<TKeys>(TKeys Keys, int Count, int Shift, int Runs, int[] Next, Dealt To, bool Moves = false) : IRowLoop where TKeys : struct, IKeys
{
    private const int Block = 512;

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var run = first; run < end; run++) Run(Border(run), Border(run + 1), Next.AsSpan(run * Buckets, Buckets));
    }

    /// <summary>Turns the counts into places: bucket by bucket, and within a bucket run by run.</summary>
    public void Place()
    {
        var at = 0;
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            To.Start[bucket] = at;
            for (var run = 0; run < Runs; run++) (Next[run * Buckets + bucket], at) = (at, at + Next[run * Buckets + bucket]);
        }
        To.Start[Buckets] = at;
    }

    private int Buckets => Next.Length / Runs;

    private int Border(int run) => (int)((long)Count * run / Runs);

    private void Run(int first, int end, Span<int> next)
    {
        Span<ulong> some = stackalloc ulong[Block];
        Span<ulong> keys = To.Keys;
        var positions = To.Positions;
        for (; first < end; first += Block)
        {
            var block = some[..Math.Min(Block, end - first)];
            Keys.Fill(first, block);
            if (Moves)
                for (var i = 0; i < block.Length; i++)
                {
                    var place = next[(int)(block[i] >> Shift)]++;
                    keys[place] = block[i];
                    positions[place] = Keys.Payload(first + i);
                }
            else
                foreach (var key in block) next[(int)(key >> Shift)]++;
        }
    }
}
