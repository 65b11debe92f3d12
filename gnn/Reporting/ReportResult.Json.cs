using System.Text.Encodings.Web;
using System.Text.Json;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Statistics;

namespace GraphTune.Gnn.Reporting;

/// <summary>The report as JSON.</summary>
public sealed partial record ReportResult
{
    private const int Schema = 1;
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions IndentedForm = new(Form) { WriteIndented = true };

    /// <summary>One JSON object, whose keys are stable: keys may be added after those there are, and <c>schema</c> counts all other changes.</summary>
    /// <param name="indented">Whether on many lines, for people.</param>
    /// <remarks>Numbers that are not there (the interval of one seed, labels beyond the curve) are null.</remarks>
    public string ToJson(bool indented = false) => JsonSerializer.Serialize(new
    {
        schema = Schema,
        data = Data,
        task = Task,
        metric = Metric,
        higherIsBetter = HigherIsBetter,
        dataSha256 = DataSha256,
        encoderSha256 = EncoderSha256,
        budgets = Budgets,
        seeds = Seeds,
        methods = Methods.Select(m => new { name = m.Name, about = m.About, pretrained = m.Pretrained, cells = m.Cells.Select(Cell) }),
        comparisons = Comparisons,
        intervals = Intervals,
        summary = ReportSummary.Lead(this),
        warnings = Warnings,
        decisions = Decisions,
        facts = Facts.Select(f => new { name = f.Name, text = f.Text }),
        command = Command,
        seconds = Seconds,
        peakBytes = PeakBytes,
        cachedRuns = CachedRuns,
        cancelled = Cancelled,
    }, indented ? IndentedForm : Form);

    private static object Cell(ReportCell cell) => new
    {
        labels = cell.Labels,
        mean = Finite(cell.Score.Estimate),
        ci95 = Ends(cell.Score),
        gain = cell.Gain is { } gain ? new { mean = Finite(gain.Mean.Estimate), ci95 = Ends(gain.Mean), p = gain.P, pHolm = gain.HolmP, verdict = gain.Verdict } : null,
        equivalence = cell.Equivalence is { } e ? new { labels = Inside(e, e.Labels.Estimate), ci95 = new[] { Inside(e, e.Labels.Low), Inside(e, e.Labels.High) }, least = e.Least, most = e.Most, means = e.Means, text = $"{e}" } : null,
        seconds = cell.Seconds,
        peakBytes = cell.PeakBytes,
        runs = cell.Runs.Select(Run),
    };

    private static object Run(RunResult run) => new
    {
        seed = run.Seed,
        score = Finite(run.Score),
        validation = Finite(run.Validation),
        bestEpoch = run.BestEpoch,
        choice = run.Choice,
        weightsSha256 = run.WeightsSha256,
        seconds = run.Seconds,
        peakBytes = run.PeakBytes,
        distances = run.Distances.Select(d => new { layer = d.Layer, l2 = Finite(d.L2), relative = Finite(d.Relative) }),
        reliability = run.Reliability.Select(b => new { count = b.Count, confidence = b.Confidence, right = b.Right }),
    };

    private static double?[] Ends(Interval interval) => [Finite(interval.Low), Finite(interval.High)];

    private static double? Inside(LabelEquivalence of, double labels) => labels >= of.Least && labels <= of.Most ? labels : null;

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
