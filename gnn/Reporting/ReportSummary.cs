namespace GraphTune.Gnn.Reporting;

/// <summary>The report in sentences. None says "better" where the data do not.</summary>
internal static class ReportSummary
{
    /// <summary>What the chosen method gained with the most labels, and what it is worth in labels.</summary>
    public static string Lead(ReportResult result) => string.Join(' ', new[] { Gain(result, result.Chosen, result.Chosen.Cells[^1]) }.Concat(Equivalences(result, result.Chosen)));

    /// <summary>One method and budget against training from scratch.</summary>
    public static string Gain(ReportResult result, ReportMethod method, ReportCell cell)
    {
        var (scale, name, with) = (MetricScale.Of(result.Metric), MethodName.Phrase(method.Name), $"With {Words.Count(cell.Labels, "label")}");
        if (cell.Gain is not { } gain) return "There is nothing to compare yet.";
        var difference = $"{scale.Signed(gain.Mean.Estimate)} {scale.Difference}";
        if (!double.IsFinite(gain.Mean.Low)) return $"One seed: {name} differs from training from scratch by {difference}, which may be chance. Take more seeds.";
        var interval = $"95 % interval {scale.DifferenceInterval(gain.Mean)}";
        return gain.Verdict switch
        {
            "better" => $"{with}, {name} is better than training from scratch by {scale.Plain(Math.Abs(gain.Mean.Estimate))}, {interval}.",
            "worse" => $"{with}, {name} is worse than training from scratch, so pre-training hurts here: {difference}, {interval}.",
            _ => $"{with}, no detectable difference between {name} and training from scratch: {difference}, {interval}{Corrected(result, gain)}.",
        };
    }

    /// <summary>What a method's scores are worth in labels, one sentence for each budget.</summary>
    public static IEnumerable<string> Equivalences(ReportResult result, ReportMethod method) => from cell in method.Cells
                                                                                                where cell.Equivalence is not null
                                                                                                select $"{Capital(MethodName.Phrase(method.Name))} with {Words.Count(cell.Labels, "label")} equals scratch with {cell.Equivalence}.";

    /// <summary>How the figures came about.</summary>
    public static string Method(ReportResult result) =>
        $"Means over {Words.Count(result.Seeds, "seed")} of the test score, read once a run; everything else was chosen on validation rows. Differences are taken seed by seed. " +
        $"Intervals hold 95 % ({(result.Intervals == "t" ? "Student's t, as seeds are few" : "percentile bootstrap over seeds, 10,000 draws")}). " +
        $"{Words.Count(result.Comparisons, "comparison")} with training from scratch; a verdict needs an interval without zero and a p of at most 0.05 after Holm's correction for all of them. " +
        "The intervals speak of other seeds on this data set, not of other data.";

    private static string Corrected(ReportResult result, ReportGain gain) => gain.Mean.SpansZero ? "" : FormattableString.Invariant($"; p = {gain.HolmP:0.###} after correction for {result.Comparisons} comparisons");

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
