using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Statistics;

namespace GraphTune.Gnn.Reporting;

/// <summary>From runs to verdicts.</summary>
internal static class ReportJudge
{
    private const double Alpha = 1 - Interval.UsualLevel;
    private const string Undecided = "no detectable difference";

    public static ReportResult Of(Report report, Bench bench, int[] budgets, ReportRuns runs)
    {
        var methods = report.Methods.Select(method => new ReportMethod(method.Name, About(method, budgets[^1]), method.Pretrained,
            [.. budgets.Select(labels => Cell(bench, budgets, runs, method.Name, labels))])).ToArray();
        methods = Corrected(methods, bench.HigherIsBetter, out var comparisons);
        var result = new ReportResult
        {
            Data = bench.Data,
            Task = bench.Task,
            Metric = bench.Metric,
            HigherIsBetter = bench.HigherIsBetter,
            DataSha256 = bench.DataSha256,
            EncoderSha256 = bench.EncoderSha256,
            Budgets = budgets,
            Seeds = report.Seeds,
            Methods = methods,
            Comparisons = comparisons,
            Intervals = report.Seeds < LabelEquivalence.FewSeeds ? "t" : "bootstrap",
            Facts = report.Facts,
            Decisions = report.Decisions,
            Command = report.Command,
            CachedRuns = runs.Cached,
            Cancelled = report.Cancel.IsCancellationRequested,
        };
        return result with { Warnings = [.. ReportWarnings.Of(result), .. runs.Warnings, .. report.Cache?.Warnings ?? []] };
    }

    private static string About(IMethod method, int labels) => method is Method trained ? $"{trained.TunerFor(labels).Strategy}" : "";

    private static ReportCell Cell(Bench bench, int[] budgets, ReportRuns runs, string method, int labels)
    {
        var mine = runs.Of(method, labels).Where(r => double.IsFinite(r.Score)).ToArray();
        var score = mine.Length == 0 ? new Interval(double.NaN, double.NaN, double.NaN) : Mean([.. mine.Select(r => r.Score)]);
        if (method is Report.Baseline or MajorityClass.Majority) return new(labels, mine, score, null, null);
        var scratch = Scores(runs.Of(Report.Baseline, labels));
        double[] pairs = [.. mine.Where(r => scratch.ContainsKey(r.Seed)).Select(r => r.Score - scratch[r.Seed])];
        var gain = pairs.Length == 0 ? null : new ReportGain(Mean(pairs), P(pairs), 1, Undecided);
        return new(labels, mine, score, gain, Equivalence(bench, budgets, runs, mine));
    }

    private static Dictionary<ulong, double> Scores(IReadOnlyList<RunResult> runs) => runs.Where(r => double.IsFinite(r.Score)).ToDictionary(r => r.Seed, r => r.Score);

    private static Interval Mean(double[] values) => values.Length < LabelEquivalence.FewSeeds ? Interval.OfMean(values) : Bootstrap.OfMean(values);

    // Equal differences show no spread for a t to divide by; their signs alone speak.
    private static double P(double[] differences)
    {
        var n = differences.Length;
        var (mean, deviation) = (Sample.Mean(differences), Sample.StandardDeviation(differences));
        if (n < 2 || mean == 0) return 1;
        return deviation <= 1e-12 * Math.Abs(mean) ? Math.Pow(2, 1 - n) : 2 * StudentT.UpperTail(Math.Abs(mean) / deviation * Math.Sqrt(n), n - 1);
    }

    private static LabelEquivalence? Equivalence(Bench bench, int[] budgets, ReportRuns runs, RunResult[] mine)
    {
        if (budgets.Length < 2) return null;
        var scratch = budgets.Select(b => Scores(runs.Of(Report.Baseline, b))).ToArray();
        var whole = mine.Where(r => scratch.All(of => of.ContainsKey(r.Seed))).ToArray();
        return whole.Length == 0 ? null : LabelEquivalence.Of(budgets, [.. scratch.Select(of => whole.Select(r => of[r.Seed]).ToArray())], [.. whole.Select(r => r.Score)], bench.HigherIsBetter);
    }

    private static ReportMethod[] Corrected(ReportMethod[] methods, bool higherIsBetter, out int comparisons)
    {
        var made = methods.SelectMany(m => m.Cells).Where(c => c.Gain is not null).ToArray();
        var adjusted = Holm.Adjust([.. made.Select(c => c.Gain!.P)]);
        var of = made.Zip(adjusted).ToDictionary(pair => (object)pair.First, pair => Judged(pair.First.Gain!, pair.Second, higherIsBetter), ReferenceEqualityComparer.Instance);
        comparisons = made.Length;
        return [.. methods.Select(m => m with { Cells = [.. m.Cells.Select(c => c.Gain is null ? c : c with { Gain = of[c] })] })];
    }

    private static ReportGain Judged(ReportGain gain, double p, bool higherIsBetter) => gain with
    {
        HolmP = p,
        Verdict = gain.Mean.SpansZero || p > Alpha ? Undecided : gain.Mean.Estimate > 0 == higherIsBetter ? "better" : "worse",
    };
}

/// <summary>What a reader must know before the figures.</summary>
internal static class ReportWarnings
{
    private const int FewSeeds = 3;

    public static IEnumerable<string> Of(ReportResult result)
    {
        if (result.Cancelled) yield return "Stopped before the end: these are the runs that were complete.";
        if (result.Seeds < FewSeeds) yield return $"{result.Seeds} seeds tell little: take five or more.";
        foreach (var method in result.Methods)
            foreach (var cell in method.Cells)
            {
                if (cell.Gain?.Verdict == "worse" && method.Name is not ("k-nn" or "logistic-probe")) yield return Negative(result, method, cell);
                if (cell.Runs.Count < result.Seeds && !result.Cancelled) yield return $"{MethodName.Label(method.Name)} with {Words.Count(cell.Labels, "label")}: {cell.Runs.Count} of {result.Seeds} runs have a score.";
            }
        if (Floor(result) is { } floor) yield return floor;
    }

    private static string Negative(ReportResult result, ReportMethod method, ReportCell cell)
    {
        var scale = MetricScale.Of(result.Metric);
        return $"Negative transfer: with {Words.Count(cell.Labels, "label")}, training from scratch beats {MethodName.Phrase(method.Name)} by {scale.Plain(Math.Abs(cell.Gain!.Mean.Estimate))} ({scale.DifferenceInterval(cell.Gain.Mean)}).";
    }

    private static string? Floor(ReportResult result)
    {
        var majority = result.Methods.FirstOrDefault(m => m.Name == MajorityClass.Majority)?.Cells[^1].Score.Estimate;
        var scratch = result.Methods.First(m => m.Name == Report.Baseline).Cells[^1].Score.Estimate;
        return majority is { } floor && (result.HigherIsBetter ? scratch <= floor : scratch >= floor)
            ? $"Training from scratch is no better than the majority class with {Words.Count(result.Budgets[^1], "label")}: it has learnt nothing to compare with."
            : null;
    }
}
