using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace GraphTune.Engine;

/// <summary>How many rows there are, and, where they are unequal, where their entries start.</summary>
internal readonly struct Rows(int count, int step = 1, Indices? start = null)
{
    /// <summary>The first row of chunk <paramref name="chunk"/>: the one where that share of all work begins.</summary>
    public int Border(int chunk, int chunks)
    {
        if (start is null) return chunk == chunks ? count : (int)((long)count * chunk / chunks) / step * step;
        var entries = start.Span;
        var target = ((long)entries[count] + count) * chunk / chunks;
        int low = 0, high = count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (entries[middle] + (long)middle < target) low = middle + 1; else high = middle;
        }
        return low;
    }
}

/// <summary>A fixed team of threads that share out the chunks of one loop at a time.</summary>
/// <remarks>
/// Workers spin briefly for the next loop, then sleep. A loop allocates nothing once its kind has run on the thread. Each thread begins with
/// the same share of the chunks in every loop, so that it finds in its cache what it left there, and then helps with the others'.
/// </remarks>
internal sealed class WorkerTeam : IDisposable
{
    private const int Open = 1 << 30;     // the state is this bit while chunks may be joined, plus the number of workers inside
    private static readonly long Patience = Stopwatch.Frequency / 1000;   // a millisecond awake: waking costs its caller tens of microseconds
    private readonly Lock turn = new();
    private readonly object signal = new();
    private readonly Thread[] workers;
    private volatile Job? job;
    private volatile int round;
    private volatile bool ended;
    private int state;

    public WorkerTeam(int count)
    {
        workers = [.. Enumerable.Range(1, count).Select(i => new Thread(() => Work(i)) { IsBackground = true, Name = $"GraphTune worker {i}" })];
        foreach (var worker in workers) worker.Start();
    }

    public void Run<T>(Rows rows, T body, int chunks, int threads) where T : struct, IRowLoop
    {
        var mine = Job<T>.Rent(rows, body, chunks, threads);
        if (!turn.IsHeldByCurrentThread && turn.TryEnter())
        {
            try { Share(mine); }
            finally { turn.Exit(); }
        }
        else mine.Help(0);   // another thread has the team, or this is a loop within a loop
        mine.Finish();
    }

    private void Share(Job mine)
    {
        job = mine;
        Volatile.Write(ref state, Open);
        lock (signal)
        {
            round++;
            Monitor.PulseAll(signal);
        }
        mine.Help(0);
        Interlocked.And(ref state, ~Open);
        var wait = new SpinWait();
        while (Volatile.Read(ref state) != 0) wait.SpinOnce(sleep1Threshold: -1);
        job = null;
    }

    private void Work(int who)
    {
        for (var seen = 0; ;)
        {
            for (var since = Stopwatch.GetTimestamp(); round == seen && !ended && Stopwatch.GetTimestamp() - since < Patience;) Thread.SpinWait(10);
            if (round == seen && !ended)
                lock (signal)
                    while (round == seen && !ended) Monitor.Wait(signal);
            if (ended) return;
            seen = round;
            if (!Join()) continue;
            job?.Help(who);
            Interlocked.Decrement(ref state);
        }
    }

    private bool Join()
    {
        for (var now = Volatile.Read(ref state); (now & Open) != 0;)
        {
            var was = Interlocked.CompareExchange(ref state, now + 1, now);
            if (was == now) return true;
            now = was;
        }
        return false;
    }

    public void Dispose()
    {
        lock (signal)
        {
            ended = true;
            Monitor.PulseAll(signal);
        }
        foreach (var worker in workers) worker.Join();
    }

    private abstract class Job
    {
        protected const int Line = 16;   // ints of a cache line: counters of two threads share none

        public abstract void Help(int who);
    }

    private sealed class Job<T> : Job where T : struct, IRowLoop
    {
        [ThreadStatic] private static Job<T>? kept;
        private Rows rows;
        private T body;
        private int chunks, shares;
        private int[] next = [];   // of each share
        private ExceptionDispatchInfo? failure;

        public static Job<T> Rent(Rows rows, T body, int chunks, int shares)
        {
            var job = kept ?? new Job<T>();
            kept = null;
            (job.rows, job.body, job.chunks, job.shares, job.failure) = (rows, body, chunks, shares, null);
            if (job.next.Length < shares * Line) job.next = new int[shares * Line];
            for (var share = 0; share < shares; share++) job.next[share * Line] = job.Start(share);
            return job;
        }

        public override void Help(int who)
        {
            if (who >= shares) return;   // the work is too little for so many
            try
            {
                for (var turn = 0; turn < shares; turn++) Share((who + turn) % shares);
            }
            catch (Exception e)
            {
                failure ??= ExceptionDispatchInfo.Capture(e);
                for (var share = 0; share < shares; share++) Volatile.Write(ref next[share * Line], chunks);
            }
        }

        private void Share(int share)
        {
            var last = Start(share + 1);
            for (int chunk; (chunk = Interlocked.Increment(ref next[share * Line]) - 1) < last;)
            {
                int first = rows.Border(chunk, chunks), end = rows.Border(chunk + 1, chunks);
                if (first < end) RowLoop.Do(ref body, first, end);
            }
        }

        private int Start(int share) => (int)((long)chunks * share / shares);

        public void Finish()
        {
            var failed = failure;
            (body, rows, kept) = (default, default, this);
            failed?.Throw();
        }
    }
}
