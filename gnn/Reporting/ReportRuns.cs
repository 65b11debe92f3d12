using GraphTune.Gnn.FineTune;

namespace GraphTune.Gnn.Reporting;

/// <summary>The runs of a report: from the cache where it holds them, else made now. Seed by seed, so that a stop leaves whole pairs.</summary>
internal sealed class ReportRuns(Report report, Bench bench, int[] budgets)
{
    private readonly Dictionary<(string Method, int Labels), List<RunResult>> runs = [];

    /// <summary>What went wrong without ending the report.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>How many runs came from the cache.</summary>
    public int Cached { get; private set; }

    /// <summary>The runs of a method with so many labels, by seed.</summary>
    public IReadOnlyList<RunResult> Of(string method, int labels) => runs.GetValueOrDefault((method, labels)) ?? [];

    /// <summary>Makes or finds all runs.</summary>
    public void All()
    {
        var run = 0;
        for (var seed = report.FirstSeed; seed < report.FirstSeed + (ulong)report.Seeds; seed++)
            foreach (var labels in budgets)
                foreach (var method in report.Methods)
                {
                    if (report.Cancel.IsCancellationRequested) return;
                    One(method, labels, seed, run++);
                }
    }

    private void One(IMethod method, int labels, ulong seed, int number)
    {
        var key = RunCache.Key(bench, method, labels, seed);
        if (key is not null && report.Cache?.Find(bench, key) is { } kept)
        {
            Cached++;
            Keep(method, labels, kept, cached: true);
            return;
        }
        try
        {
            var split = bench.SplitOf(seed, labels);
            var made = method.Run(bench, split, seed, Watch(method, seed, number));
            if (made.Cancelled) return;
            if (key is not null) report.Cache?.Add(bench, key, made);
            Keep(method, labels, made, cached: false);
        }
        catch (ArithmeticException e) when (e is not (OverflowException or DivideByZeroException))
        {
            Warnings.Add($"{MethodName.Label(method.Name)} with {labels} labels, seed {seed}, was left out: {e.Message}");
        }
    }

    private void Keep(IMethod method, int labels, RunResult run, bool cached)
    {
        if (!runs.TryGetValue((method.Name, labels), out var list)) runs[(method.Name, labels)] = list = [];
        list.Add(run);
        report.RunEnded?.Invoke(method.Name, run, cached);
    }

    private RunWatch Watch(IMethod method, ulong seed, int number) => new()
    {
        Cancel = report.Cancel,
        Reliability = true,
        Progress = report.Progress is { } show ? epoch => show(new(method.Name, seed, number, report.Seeds * budgets.Length * report.Methods.Count, epoch)) : null,
    };
}
