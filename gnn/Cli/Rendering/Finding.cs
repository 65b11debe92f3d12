using GraphTune.Gnn;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Statistics;

namespace GraphTune.Cli.Rendering;

/// <summary>All that <c>finetune</c> has to tell: the comparison, and how it came about.</summary>
/// <param name="Result">The methods' runs.</param>
/// <param name="Facts">What was compared on what, as pairs of a name and a text.</param>
/// <param name="Pretraining">The epochs of pre-training; none where an encoder was given.</param>
internal sealed record Finding(ComparisonResult Result, IReadOnlyList<(string Name, string Text)> Facts, IReadOnlyList<EpochReport> Pretraining)
{
    /// <summary>What every method is compared with.</summary>
    public const string Baseline = Report.Baseline;

    public int Seeds => Result.Methods.Select(m => m.Runs.Count).DefaultIfEmpty(0).Max();

    public Difference? FromScratch(MethodResult method) => Result.Differences.FirstOrDefault(d => d.Method == method.Name && d.Against == Baseline);

    public MetricScale Scale => MetricScale.Of(Result.Metric);

    public static Interval Interval(MethodResult method) => new(method.Mean, method.Ci95[0] ?? double.NaN, method.Ci95[1] ?? double.NaN);

    public static Interval Interval(Difference difference) => new(difference.Mean, difference.Low, difference.High);

    public static string Label(string method) => MethodName.Label(method);

    /// <summary>The answer in a sentence: what the last method, the chosen one, gained over training from scratch.</summary>
    public string Summary()
    {
        if (Result.Methods is not [.., var chosen] || FromScratch(chosen) is not { } gain) return "There is nothing to compare yet.";
        var interval = $"95 % interval {Scale.DifferenceInterval(Interval(gain))}";
        var name = Label(chosen.Name);
        if (!double.IsFinite(gain.Low)) return $"One seed: the {name} differs from training from scratch by {Scale.Signed(gain.Mean)} {Scale.Difference}, which may be chance. Take more seeds.";
        if (!gain.Detected) return $"No detectable difference between the {name} and training from scratch: {Scale.Signed(gain.Mean)} {Scale.Difference}, {interval}.";
        return gain.Verdict == "better"
            ? $"The {name} is better than training from scratch by {Scale.Plain(Math.Abs(gain.Mean))}, {interval}."
            : $"The {name} is worse than training from scratch, so pre-training hurts here: {Scale.Signed(gain.Mean)} {Scale.Difference}, {interval}.";
    }
}
