using System.Text;

namespace GraphTune.Gnn.Reporting;

/// <summary>The report as a Markdown page for whoever is to use the model (Mitchell et al. 2019).</summary>
internal static class ModelCard
{
    public static string Of(ReportResult result)
    {
        var (page, scale, chosen) = (new StringBuilder(), MetricScale.Of(result.Metric), result.Chosen);
        page.Append($"# Model card: {Text(MethodName.Label(chosen.Name))} on {Text(result.Data)}\n\n{Text(ReportSummary.Lead(result))}\n");
        if (result.Warnings.Count > 0) page.Append($"\n## Warnings\n\n{Lines(result.Warnings.Select(w => $"- {Text(w)}"))}");
        page.Append($"\n## Data and encoder\n\n{Lines(result.Facts.Select(f => $"- **{Text(f.Name)}**: {Text(f.Text)}"))}- **task**: {result.Task}, judged by {result.Metric} ({(result.HigherIsBetter ? "more" : "less")} is better)\n- **SHA-256**: data `{result.DataSha256}`, encoder `{result.EncoderSha256}`\n");
        page.Append($"\n## Method and decisions\n\n{Text(chosen.About)}\n");
        if (result.Decisions.Count > 0)
            page.Append($"\n| decision | choice | reason | evidence |\n|---|---|---|---|\n{Lines(result.Decisions.Select(d => $"| {Text(d.What)} | {Text(d.Choice)} | {Text(d.Reason)} | {Text(d.Evidence)} |"))}");
        page.Append($"\n## Scores\n\n{Text(ReportSummary.Method(result))}\n\n| method | labels | {result.Metric} | 95 % interval | against scratch | 95 % interval | verdict | worth from scratch, labels |\n|---|---|---|---|---|---|---|---|\n");
        page.Append(Lines(result.Methods.SelectMany(m => m.Cells.Select(c => Row(scale, m, c)))));
        page.Append($"\n## Limits\n\n{Lines(Limits(result).Select(l => $"- {Text(l)}"))}");
        page.Append($"\n## Cost\n\n| method | seconds a run | memory at most |\n|---|---|---|\n{Lines(result.Methods.Select(m => $"| {Text(MethodName.Label(m.Name))} | {Words.Duration(m.Cells.Max(c => c.Seconds))} | {Words.Bytes(m.Cells.Max(c => c.PeakBytes))} |"))}");
        page.Append($"\nThe report took {Words.Duration(result.Seconds)}; {Words.Count(result.CachedRuns, "run")} came from the cache, with the times of when they were made.\n");
        page.Append($"\n## To repeat\n\n```sh\n{result.Command}\n```\n\nThe same seeds give the same bits on the same device and build, whatever the number of threads.\n");
        return page.ToString();
    }

    private static string Row(MetricScale scale, ReportMethod method, ReportCell cell) =>
        $"| {Text(MethodName.Label(method.Name))} | {cell.Labels} | {scale.Text(cell.Score.Estimate)} | {scale.Interval(cell.Score)} | " +
        (cell.Gain is { } gain ? $"{scale.Signed(gain.Mean.Estimate)} | {scale.DifferenceInterval(gain.Mean)} | {gain.Verdict} | " : "| | | ") + $"{cell.Equivalence?.ToString() ?? ""} |";

    private static IEnumerable<string> Limits(ReportResult result)
    {
        yield return "The scores hold for this data set and its splits; other data, and nodes or graphs unlike these, were not seen.";
        yield return "The validation rows stand beside the training labels: with few labels there would be fewer of them, too.";
        if (result.Budgets.Count > 1) yield return $"What labels are worth is known between {result.Budgets[0]} and {result.Budgets[^1]} labels only; beyond, ≤ and ≥ say so.";
        if (result.Seeds < Statistics.LabelEquivalence.FewSeeds) yield return $"{Words.Count(result.Seeds, "seed")}: small differences cannot be seen.";
    }

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    // A cell of a table ends at a bar, and a page may not be written into from a data set's name.
    private static string Text(string words) => words.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace("`", "'", StringComparison.Ordinal);
}
