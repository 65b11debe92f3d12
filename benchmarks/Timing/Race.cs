namespace GraphTune.Benchmarks;

/// <summary>One contender's time.</summary>
/// <param name="Milliseconds">The median of one run.</param>
/// <param name="Best">The shortest, in milliseconds.</param>
/// <param name="Quiet">Whether it is wall-clock time of samples during which nothing else ran; else it is the calling thread's processor time.</param>
internal readonly record struct Lap(double Milliseconds, double Best, bool Quiet);

/// <summary>Runs contenders by turns and takes medians, so that a drift of the machine meets all of them alike.</summary>
/// <remarks>
/// A sample counts as quiet when other processes used less than 6 % of a processor during it. Where the machine is never quiet,
/// the calling thread's processor time stands in for wall-clock time: it leaves out the waiting for a processor, though not what
/// others do to the caches. Both contenders are always measured by the same clock.
/// </remarks>
/// <param name="Wanted">Quiet samples of each contender that are enough.</param>
/// <param name="BudgetSeconds">How long to try for them.</param>
/// <param name="SampleSeconds">A sample repeats the run until about this long.</param>
internal sealed record Race(int Wanted = 9, double BudgetSeconds = 40, double SampleSeconds = 0.2)
{
    private const int Fewest = 3, Fair = 3;      // rounds at least; quiet samples that a median needs
    private const double OthersShare = 0.06;     // of one processor
    private const double ClockTick = 0.011;      // seconds: the grain of the system's count of others' time
    private const double WarmUpSeconds = 2;      // runs before it counts: until what the runtime compiles as it goes is compiled for good
    private const double LongestWait = 3;        // seconds, for one quiet moment

    /// <summary>The time of each contender.</summary>
    public Lap[] Run(params Action[] contenders)
    {
        var repeats = contenders.Select(Repeats).ToArray();
        var samples = contenders.Select(_ => new List<Sample>()).ToArray();
        for (var end = Machine.Now + BudgetSeconds; !Enough(samples, end);)
            for (var i = 0; i < contenders.Length; i++) samples[i].Add(Take(contenders[i], repeats[i], end));

        var quiet = samples.All(s => s.Count(sample => sample.Quiet) >= Fair);
        return [.. samples.Select(s => Median(s, quiet))];
    }

    private bool Enough(List<Sample>[] samples, double end) =>
        samples.All(s => s.Count(sample => sample.Quiet) >= Wanted) || (Machine.Now > end && samples[0].Count >= Fewest);

    private int Repeats(Action run)
    {
        double start = Machine.Now, seconds;
        do
        {
            var before = Machine.CallerSeconds;
            run();
            seconds = Machine.CallerSeconds - before;
        }
        while (Machine.Now < start + WarmUpSeconds);
        return 1 + (int)(SampleSeconds / Math.Max(1e-7, seconds));
    }

    private static Sample Take(Action run, int repeats, double end)
    {
        Machine.AwaitQuiet(Math.Min(end, Machine.Now + LongestWait));
        run();   // brings its data back into the caches after the other contender's turn
        double others = Machine.OthersSeconds, caller = Machine.CallerSeconds, wall = Machine.Now;
        for (var i = 0; i < repeats; i++) run();
        (wall, caller) = (Machine.Now - wall, Machine.CallerSeconds - caller);
        return new(wall / repeats, caller / repeats, Machine.OthersSeconds - others < OthersShare * wall + ClockTick);
    }

    private static Lap Median(List<Sample> samples, bool quiet)
    {
        double[] times = [.. (quiet ? samples.Where(s => s.Quiet).Select(s => s.Wall) : samples.Select(s => s.Caller)).Order()];
        return new(1e3 * times[times.Length / 2], 1e3 * times[0], quiet);
    }

    private readonly record struct Sample(double Wall, double Caller, bool Quiet);
}
