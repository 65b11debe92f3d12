using System.Diagnostics;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Statistics;

namespace GraphTune.Gnn.FineTune;

/// <summary>Is pre-training worth it here? From scratch, linear probe, full fine-tuning and a chosen strategy, over the same seeds, in pairs.</summary>
/// <remarks>
/// A seed names the split (where the data set has several), the head's initial weights and dropout; methods differ in nothing else
/// but their own settings and where the encoder starts. Each run reads the test score once, at its best validation epoch.
/// </remarks>
public sealed record Comparison
{
    /// <summary>What is compared; the first is what the others are measured against.</summary>
    public required IReadOnlyList<Method> Methods { get; init; }

    /// <summary>Number of seeds.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>The first seed; the others follow it.</summary>
    public ulong FirstSeed { get; init; }

    /// <summary>Called after every epoch, on the training thread.</summary>
    public Action<ComparisonProgress>? Progress { get; init; }

    /// <summary>Called with every model that was trained, before it is thrown away: to save it.</summary>
    public Action<string, RunResult, Module>? Trained { get; init; }

    /// <summary>Ends after the step in progress; runs that were complete are reported.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>Runs every method with every seed on a graph.</summary>
    /// <param name="task">The graph, labels and splits; seed s uses split s, counted round.</param>
    /// <param name="options">The classifier that every method trains.</param>
    /// <param name="pretrained">The encoder that pre-trained methods start from; it is not changed.</param>
    /// <exception cref="ArgumentException">A part does not fit another.</exception>
    public ComparisonResult Run(NodeTask task, ClassifierOptions options, Encoder pretrained)
    {
        using var bench = new NodeBench(task, options, pretrained, Methods[0].Tuner.Metric);
        return Run(bench);
    }

    /// <summary>Runs every method with every seed.</summary>
    /// <param name="bench">The data and the encoder.</param>
    public ComparisonResult Run(Bench bench)
    {
        var clock = Stopwatch.StartNew();
        var runs = Methods.ToDictionary(m => m.Name, _ => new List<RunResult>());
        for (var i = 0; i < Seeds * Methods.Count && !Cancel.IsCancellationRequested; i++)
        {
            var (method, seed) = (Methods[i % Methods.Count], FirstSeed + (ulong)(i / Methods.Count));
            var run = method.Run(bench, bench.SplitOf(seed), seed, Watch(method, seed, i));
            if (!run.Cancelled) runs[method.Name].Add(run);
        }
        return Result(bench, runs, clock.Elapsed.TotalSeconds);
    }

    private RunWatch Watch(Method method, ulong seed, int run) => new()
    {
        Cancel = Cancel,
        Progress = Progress is { } show ? epoch => show(new(method.Name, seed, run, Seeds * Methods.Count, epoch)) : null,
        Trained = Trained is { } keep ? (result, model) => keep(method.Name, result, model) : null,
    };

    private ComparisonResult Result(Bench bench, Dictionary<string, List<RunResult>> runs, double seconds) => new()
    {
        Data = bench.Data,
        Task = bench.Task,
        Metric = bench.Metric,
        HigherIsBetter = bench.HigherIsBetter,
        Methods = [.. Methods.Where(m => runs[m.Name].Count > 0).Select(m => Summary(m, runs[m.Name]))],
        Differences = [.. from later in Enumerable.Range(0, Methods.Count)
                          where runs[Methods[later].Name].Count > 0
                          from earlier in Enumerable.Range(0, later)
                          select Paired(Methods[later].Name, Methods[earlier].Name, runs) with { HigherIsBetter = bench.HigherIsBetter }],
        Seconds = seconds,
        PeakBytes = runs.Values.SelectMany(of => of).Select(run => run.PeakBytes).DefaultIfEmpty(0).Max(),
        Cancelled = Cancel.IsCancellationRequested,
    };

    private static MethodResult Summary(Method method, List<RunResult> runs)
    {
        var interval = Interval.OfMean([.. runs.Select(r => r.Score)]);
        double?[] ends = runs.Count > 1 ? [interval.Low, interval.High] : [null, null];
        return new(method.Name, interval.Estimate, ends, runs) { About = $"{method.Tuner.Strategy}" };
    }

    private static Difference Paired(string method, string against, Dictionary<string, List<RunResult>> runs)
    {
        var pairs = runs[method].Zip(runs[against]).ToArray();   // a cancelled comparison may have run one more of the first
        var interval = Interval.OfMean([.. pairs.Select(p => p.First.Score - p.Second.Score)]);
        return new(method, against, interval.Estimate, interval.Low, interval.High);
    }
}
