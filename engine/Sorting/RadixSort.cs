using System.Numerics;

namespace GraphTune.Engine;

/// <summary>The stable order of whole-number keys, found on the host in time linear in their number.</summary>
/// <remarks>
/// First the keys are dealt out by their upper bits, in one pass over memory, into buckets that fit a cache; then each bucket is sorted by its
/// lower bits, least significant digit first (Knuth 1998, section 5.2.5). There is one stable order, so the result does not depend on the number
/// of threads. Scratch: 12 bytes a key, and a bucket a thread.
/// </remarks>
public static class RadixSort
{
    private const int BucketKeys = 8192;      // with positions 96 KB: a bucket and its copy stay in the second cache
    private const int MostBucketBits = 10;    // streams written at once, about as many as the processor holds pages for
    private const int RunKeys = 1 << 16;

    /// <summary>The positions of keys in ascending order of key; equal keys stay in the order given.</summary>
    /// <param name="keys">Keys of 0 or more.</param>
    /// <param name="host">The device whose host threads do it; null for the calling thread alone.</param>
    /// <exception cref="InvalidDataException">A key is negative.</exception>
    public static int[] Order(int[] keys, Device? host = null) => Order(new IntKeys(keys), keys.Length, host);

    /// <inheritdoc cref="Order(int[], Device)"/>
    public static int[] Order(long[] keys, Device? host = null) => Order(new LongKeys(keys), keys.Length, host);

    private static int[] Order<TKeys>(TKeys keys, int count, Device? host) where TKeys : struct, IKeys
    {
        var largest = LargestKey(keys, count);
        if (largest > long.MaxValue) throw new InvalidDataException($"sort: key {unchecked((long)largest)} is negative; keys of 0 or more are needed");
        var order = GC.AllocateUninitializedArray<int>(count);
        Run(keys, count, new KeyBits(64 - BitOperations.LeadingZeroCount(largest)), new Positions(order), host);
        return order;
    }

    /// <summary>Sorts keys and hands them on bucket by bucket, in any order of buckets and from several threads.</summary>
    internal static void Run<TKeys, TSink>(TKeys keys, int count, KeyBits bits, TSink sink, Device? host) where TKeys : struct, IKeys where TSink : struct, ISink
    {
        var split = Math.Clamp(BitOperations.Log2((uint)count / BucketKeys + 1), 0, Math.Clamp(bits.Total - bits.Whole, 0, MostBucketBits));
        using CpuBuffer dealt = new(8L * count), at = new(4L * count);
        var scratch = new Dealt(dealt, at, count, new int[(1 << split) + 1]);
        var threads = host?.Host.Threads ?? 1;
        var runs = count == 0 ? 1 : Math.Min(2 * threads, (count - 1) / RunKeys + 1);
        var deal = new Deal<TKeys>(keys, count, bits.Total - split, runs, new int[runs << split], scratch);
        Each(host, runs, deal);
        deal.Place();
        Each(host, runs, deal with { Moves = true });
        Each(host, 1 << split, new SortBuckets<TSink>(scratch, bits, bits.Total - split, sink));
    }

    private static void Each<T>(Device? host, int rows, T body) where T : struct, IRowLoop
    {
        if (host is null) RowLoop.Do(ref body, 0, rows);
        else host.Host.ForRows(rows, body, grain: 1);
    }

    private static ulong LargestKey<TKeys>(TKeys keys, int count) where TKeys : struct, IKeys
    {
        Span<ulong> some = stackalloc ulong[256];
        var largest = 0UL;
        for (var first = 0; first < count; first += some.Length)
        {
            var run = some[..Math.Min(some.Length, count - first)];
            keys.Fill(first, run);
            foreach (var key in run) largest = Math.Max(largest, key);
        }
        return largest;
    }

    private readonly struct Positions(int[] order) : ISink
    {
        public void Take(ulong firstKey, ulong endKey, int first, ReadOnlySpan<ulong> keys, ReadOnlySpan<int> payloads) => payloads.CopyTo(order.AsSpan(first));
    }

    private readonly struct IntKeys(int[] keys) : IKeys
    {
        public void Fill(int first, Span<ulong> into)
        {
            for (var i = 0; i < into.Length; i++) into[i] = unchecked((ulong)keys[first + i]);
        }

        public int Payload(int position) => position;
    }

    private readonly struct LongKeys(long[] keys) : IKeys
    {
        public void Fill(int first, Span<ulong> into)
        {
            for (var i = 0; i < into.Length; i++) into[i] = unchecked((ulong)keys[first + i]);
        }

        public int Payload(int position) => position;
    }
}

/// <summary>Where keys come from, a run at a time.</summary>
internal interface IKeys
{
    /// <summary>The keys of positions <paramref name="first"/> and on.</summary>
    void Fill(int first, Span<ulong> into);

    /// <summary>What travels with the key of a position.</summary>
    int Payload(int position);
}

/// <summary>Where sorted keys go.</summary>
internal interface ISink
{
    /// <summary>Takes one bucket with what travelled along: all keys from <paramref name="firstKey"/> to below <paramref name="endKey"/>, whose first has place <paramref name="first"/> in the sorted order.</summary>
    void Take(ulong firstKey, ulong endKey, int first, ReadOnlySpan<ulong> keys, ReadOnlySpan<int> payloads);
}

/// <summary>Which bits of a key say something.</summary>
/// <param name="Total">Keys are below 2^Total.</param>
/// <param name="Ordered">Keys that agree above these lower bits are given in ascending order already.</param>
/// <param name="Whole">Keys that agree above these lower bits come in one bucket.</param>
internal readonly record struct KeyBits(int Total, int Ordered = 0, int Whole = 0);
