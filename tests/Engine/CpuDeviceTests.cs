using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class CpuDeviceTests
{
    private readonly struct Count(int[] hits, int failAt = -1) : IRowLoop
    {
        public void Rows(int first, int end)
        {
            for (var row = first; row < end; row++)
            {
                if (row == failAt) throw new ArithmeticException("row " + row);
                Interlocked.Increment(ref hits[row]);
            }
        }
    }

    private readonly record struct Failing : IKernel
    {
        public void Cpu(CpuDevice cpu) => throw new ArithmeticException("as asked");

        public void Gpu(GpuDevice gpu) => throw new ArithmeticException("as asked");
    }

    [Test]
    public void A_trace_goes_on_after_a_kernel_that_fails()
    {
        using var cpu = new CpuDevice(1) { Trace = new Trace() };
        using var x = new Tensor(cpu, new Shape(1));

        Assert.That(() => cpu.Run(new Failing()), Throws.TypeOf<ArithmeticException>());
        cpu.Run(new Fill(x, 1f));

        Assert.That(cpu.Trace.Lines.Single(), Has.Property("Kernel").EqualTo("Fill").And.Property("Calls").EqualTo(1));
    }

    [Test]
    public void Vectors_of_other_widths_are_refused() =>
        Assert.That(() => new CpuDevice(1, vectorBits: 128), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("256 or 512"));

    [Test]
    public void Each_row_is_done_exactly_once([Values(1, 2, 5)] int threads, [Values(0, 1, 9, 1000, 4097)] int rows)
    {
        using var cpu = new CpuDevice(threads);
        for (var repeat = 0; repeat < 200; repeat++)
        {
            var hits = new int[rows];

            cpu.ForRows(rows, new Count(hits), grain: 10);

            Assert.That(hits, Is.All.EqualTo(1));
        }
    }

    private readonly struct Turns(List<(int Thread, int Rows)> seen) : IRowLoop
    {
        public void Rows(int first, int end)
        {
            lock (seen) seen.Add((Environment.CurrentManagedThreadId, end - first));
            Thread.Sleep(1);
        }
    }

    [TestCase(5, 1000, 1000, 1)]
    [TestCase(5, 1001, 1000, 2)]
    [TestCase(5, 2000, 1000, 2)]
    [TestCase(3, 9000, 1000, 3)]
    [TestCase(2, 7, 1, 2)]
    [TestCase(2, 40_000, 1000, 2)]
    public void A_loop_has_as_many_threads_as_grains_and_as_many_chunks_for_each(int threads, int rows, int grain, int most)
    {
        using var cpu = new CpuDevice(threads);
        var seen = new List<(int Thread, int Rows)>();

        for (var repeat = 0; repeat < 20; repeat++)
        {
            seen.Clear();
            cpu.ForRows(rows, new Turns(seen), grain);

            Assert.That(seen.Sum(s => s.Rows), Is.EqualTo(rows));
            Assert.That(seen.Select(s => s.Thread).Distinct().Count(), Is.LessThanOrEqualTo(most));
            Assert.That(seen, Has.Count.LessThanOrEqualTo(most * 8));
            if (rows % most == 0) Assert.That(seen.Count % most, Is.Zero);
            if (most > 1) Assert.That(seen.Min(s => s.Rows), Is.GreaterThanOrEqualTo(Math.Min(grain, rows / seen.Count) / 8));
        }
    }

    [TestCase(0, 16)]
    [TestCase(1000, 4)]
    [TestCase(9000, 2)]
    public void A_body_whose_call_costs_something_is_called_less_often(int least, int calls)
    {
        using var cpu = new CpuDevice(2);
        using var matrix = new Csr(Indices.From(cpu, [.. Enumerable.Range(0, 2001)]), Indices.From(cpu, new int[2000]), 1);
        var seen = new List<(int Thread, int Rows)>();

        cpu.ForRows(matrix, new Turns(seen), grain: 1000, least);

        Assert.That((seen.Count, seen.Sum(s => s.Rows)), Is.EqualTo((calls, 2000)));
    }

    [Test]
    public void Elements_at_chunk_borders_have_the_same_bits_with_any_number_of_threads()
    {
        static int[] Bits(int threads)
        {
            using var cpu = new CpuDevice(threads);
            using var x = Tensor.From(cpu, new Shape(200_003), Any.Values(200_003));
            cpu.Run(new Map<Gelu>(x, x));
            return [.. x.ToArray().Select(BitConverter.SingleToInt32Bits)];
        }

        var one = Bits(1);

        Assert.That(Bits(2), Is.EqualTo(one));
        Assert.That(Bits(5), Is.EqualTo(one));
    }

    [Test]
    public void Unequal_rows_are_all_done([Values(1, 4)] int threads)
    {
        using var cpu = new CpuDevice(threads);
        int[] degree = [50_000, .. Enumerable.Repeat(0, 500), .. Enumerable.Range(0, 500), 20_000];
        var start = new int[degree.Length + 1];
        for (var i = 0; i < degree.Length; i++) start[i + 1] = start[i] + degree[i];
        using var matrix = new Csr(Indices.From(cpu, start), Indices.From(cpu, new int[start[^1]]), 1);
        var hits = new int[degree.Length];

        cpu.ForRows(matrix, new Count(hits), grain: 16);

        Assert.That(hits, Is.All.EqualTo(1));
    }

    [Test]
    public void A_failing_row_reaches_the_caller_and_the_team_lives_on()
    {
        using var cpu = new CpuDevice(3);
        var hits = new int[1000];

        Assert.Throws<ArithmeticException>(() => cpu.ForRows(1000, new Count(new int[1000], failAt: 700), grain: 10));
        cpu.ForRows(1000, new Count(hits), grain: 10);

        Assert.That(hits, Is.All.EqualTo(1));
    }

    private readonly struct Nest(CpuDevice cpu, int[] hits) : IRowLoop
    {
        public void Rows(int first, int end)
        {
            for (var row = first; row < end; row++) cpu.ForRows(100, new Count(hits), grain: 10);
        }
    }

    [Test]
    public void A_loop_within_a_loop_is_done_and_nobody_waits_for_ever([Values(1, 2, 4)] int threads)
    {
        var hits = new int[100];

        var done = Task.Run(() =>
        {
            using var cpu = new CpuDevice(threads);
            for (var repeat = 0; repeat < 100; repeat++) cpu.ForRows(64, new Nest(cpu, hits), grain: 1);
        });

        Assert.That(done.Wait(TimeSpan.FromMinutes(1)), "somebody waits");
        Assert.That(hits, Is.All.EqualTo(6400));
    }

    [Test]
    public void A_single_row_is_not_glued_to_another_where_each_is_worth_a_thread()
    {
        using var cpu = new CpuDevice(8);
        var seen = new List<(int Thread, int Rows)>();

        cpu.ForRows(15, new Turns(seen), grain: 1);

        Assert.That(seen.Select(s => s.Rows), Is.All.EqualTo(1).And.Exactly(15).Items);
    }

    [Test]
    public void Loops_from_several_threads_do_not_disturb_each_other()
    {
        using var cpu = new CpuDevice(3);
        var all = Enumerable.Range(0, 4).Select(_ => new int[5000]).ToArray();

        var threads = all.Select(hits => new Thread(() => { for (var i = 0; i < 100; i++) cpu.ForRows(5000, new Count(hits), grain: 10); })).ToArray();
        foreach (var t in threads) t.Start();
        foreach (var t in threads) t.Join();

        Assert.That(all.SelectMany(h => h), Is.All.EqualTo(100));
    }

    [Test]
    public void A_loop_allocates_nothing_once_its_kind_has_run()
    {
        using var cpu = new CpuDevice(2);
        var hits = new int[1000];
        cpu.ForRows(1000, new Count(hits), grain: 10);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++) cpu.ForRows(1000, new Count(hits), grain: 10);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(200));
    }
}
