namespace GraphTune.Engine;

/// <summary>Sorts buckets, each by one thread, and hands them on.</summary>
/// <param name="From">The buckets.</param>
/// <param name="Bits">Which bits of a key need sorting.</param>
/// <param name="Shift">The bits below those that name the bucket.</param>
/// <param name="Sink">Who takes them.</param>
internal readonly record struct SortBuckets<TSink>(Dealt From, KeyBits Bits, int Shift, TSink Sink) : IRowLoop where TSink : struct, ISink
{
    private const int Few = 24, Many = 4096;             // up to Few by insertion; from Many on by digits of 11 bits, not 8
    private const int Digit = 8, WideDigit = 11;

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var largest = 0;
        for (var bucket = first; bucket < end; bucket++) largest = Math.Max(largest, From.Start[bucket + 1] - From.Start[bucket]);
        using CpuBuffer keys = new(8L * largest), positions = new(4L * largest);
        for (var bucket = first; bucket < end; bucket++) Bucket(bucket, new(keys.Span<ulong>(0, largest), positions.Span<int>(0, largest)));
    }

    private void Bucket(int bucket, Entries spare)
    {
        int first = From.Start[bucket], count = From.Start[bucket + 1] - first;
        var entries = new Entries(From.Keys, From.Positions).Slice(first, count);
        if (count <= Few) Insert(entries);
        else entries = ByDigits(entries, spare.Slice(0, count));
        Sink.Take((ulong)bucket << Shift, ((ulong)bucket + 1) << Shift, first, entries.Keys, entries.Positions);
    }

    private void Insert(Entries entries)
    {
        var (keys, positions) = entries;
        for (var i = 1; i < keys.Length; i++)
        {
            var (key, position, j) = (keys[i], positions[i], i);
            for (; j > 0 && keys[j - 1] >> Bits.Ordered > key >> Bits.Ordered; j--) (keys[j], positions[j]) = (keys[j - 1], positions[j - 1]);
            (keys[j], positions[j]) = (key, position);
        }
    }

    // Whichever of the two holds the sorted entries at the end.
    private Entries ByDigits(Entries entries, Entries spare)
    {
        var most = entries.Keys.Length < Many ? Digit : WideDigit;
        var passes = (Shift - Bits.Ordered + most - 1) / most;
        if (passes == 0) return entries;
        var width = (Shift - Bits.Ordered + passes - 1) / passes;
        Span<int> next = stackalloc int[1 << width];
        for (var pass = 0; pass < passes; pass++)
        {
            if (!Pass(entries, spare, Bits.Ordered + pass * width, next)) continue;
            var sorted = spare;
            spare = entries;
            entries = sorted;
        }
        return entries;
    }

    // False where all keys have the same digit, so that nothing was moved.
    private static bool Pass(Entries from, Entries to, int shift, Span<int> next)
    {
        var (keys, positions) = from;
        var (toKeys, toPositions) = to;
        var mask = next.Length - 1;
        next.Clear();
        foreach (var key in keys) next[(int)(key >> shift) & mask]++;
        if (next[(int)(keys[0] >> shift) & mask] == keys.Length) return false;
        var sum = 0;
        for (var digit = 0; digit < next.Length; digit++) (next[digit], sum) = (sum, sum + next[digit]);
        for (var i = 0; i < keys.Length; i++)
        {
            var place = next[(int)(keys[i] >> shift) & mask]++;
            toKeys[place] = keys[i];
            toPositions[place] = positions[i];
        }
        return true;
    }

    private readonly ref struct Entries(Span<ulong> keys, Span<int> positions)
    {
        public Span<ulong> Keys { get; } = keys;

        public Span<int> Positions { get; } = positions;

        public Entries Slice(int first, int count) => new(Keys.Slice(first, count), Positions.Slice(first, count));

        public void Deconstruct(out Span<ulong> keys, out Span<int> positions)
        {
            keys = Keys;
            positions = Positions;
        }
    }
}
