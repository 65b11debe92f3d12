using System.Text;

namespace GraphTune.Gnn.Reporting.Html;

/// <summary>The report as a page.</summary>
internal static class ReportPage
{
    public static string Of(ReportResult result)
    {
        var body = new StringBuilder();
        if (result.Warnings.Count > 0) body.Append($"<h2>Warnings</h2>\n<ul class=\"warn\">{string.Concat(result.Warnings.Select(w => $"<li>{Text(w)}</li>"))}</ul>\n");
        body.Append($"<h2>Result</h2>\n{Table(result)}<p class=\"soft\">{Text(ReportSummary.Method(result))}</p>\n");
        body.Append(ReportFigures.Scores(result)).Append(ReportFigures.Labels(result)).Append(ReportFigures.Gains(result));
        body.Append(ReportFigures.Reliability(result)).Append(ReportFigures.Travel(result));
        body.Append(Decisions(result)).Append(Cost(result)).Append(Runs(result));
        if (result.Command.Length > 0) body.Append($"<h2>To repeat</h2>\n<p><code>{Text(result.Command)}</code></p>\n");
        return HtmlPage.Of($"{result.Data}: what the encoder is worth", ReportSummary.Lead(result), result.Facts, body.ToString());
    }

    private static string Table(ReportResult result)
    {
        var scale = MetricScale.Of(result.Metric);
        var rows = result.Methods.SelectMany(m => m.Cells.Select(c => (m, c)));
        return $"""
            <div class="wide"><table>
            <thead><tr><th>method</th><th class="number">labels</th><th class="number">{Text(result.Metric)}</th><th>95 % interval</th><th class="number">against scratch</th><th>95 % interval</th><th>verdict</th><th>worth from scratch, labels</th></tr></thead>
            <tbody>{string.Concat(rows.Select(r => Row(scale, r.m, r.c, first: r.c == r.m.Cells[0])))}</tbody>
            </table></div>

            """;
    }

    private static string Row(MetricScale scale, ReportMethod method, ReportCell cell, bool first)
    {
        var name = first ? $"<td rowspan=\"{method.Cells.Count}\">{Text(MethodName.Label(method.Name))}<br/><span class=\"soft\">{Text(method.About)}</span></td>" : "";
        var gain = cell.Gain is { } g ? $"<td class=\"number\">{scale.Signed(g.Mean.Estimate)}</td><td class=\"line\">{scale.DifferenceInterval(g.Mean)}</td><td class=\"line\">{Text(g.Verdict)}</td>" : "<td></td><td></td><td></td>";
        return $"<tr>{name}<td class=\"number\">{cell.Labels}</td><td class=\"number\">{scale.Text(cell.Score.Estimate)}</td><td class=\"line\">{scale.Interval(cell.Score)}</td>{gain}<td class=\"line\">{Text(cell.Equivalence?.ToString() ?? "")}</td></tr>\n";
    }

    private static string Decisions(ReportResult result) => result.Decisions.Count == 0 ? "" : $"""
        <h2>Decisions</h2>
        <div class="wide"><table>
        <thead><tr><th>decision</th><th>choice</th><th>reason</th><th>evidence</th></tr></thead>
        <tbody>{string.Concat(result.Decisions.Select(d => $"<tr><td>{Text(d.What)}</td><td>{Text(d.Choice)}</td><td>{Text(d.Reason)}</td><td>{Text(d.Evidence)}</td></tr>\n"))}</tbody>
        </table></div>

        """;

    private static string Cost(ReportResult result) => $"""
        <h2>Cost</h2>
        <div class="wide"><table>
        <thead><tr><th>method</th><th class="number">labels</th><th class="number">time of a run</th><th class="number">memory at most</th></tr></thead>
        <tbody>{string.Concat(result.Methods.SelectMany(m => m.Cells.Select(c => $"<tr><td>{Text(MethodName.Label(m.Name))}</td><td class=\"number\">{c.Labels}</td><td class=\"number\">{Words.Duration(c.Seconds)}</td><td class=\"number\">{Words.Bytes(c.PeakBytes)}</td></tr>\n")))}</tbody>
        </table></div>
        <p class="soft">{Words.Count(result.CachedRuns, "run")} came from the cache, with the times of when they were made; the others took {Words.Duration(result.Seconds)} together.</p>

        """;

    private static string Runs(ReportResult result)
    {
        var scale = MetricScale.Of(result.Metric);
        var rows = from m in result.Methods
                   from c in m.Cells
                   from r in c.Runs
                   select $"<tr><td>{Text(MethodName.Label(m.Name))}</td><td class=\"number\">{c.Labels}</td><td class=\"number\">{r.Seed}</td><td class=\"number\">{scale.Text(r.Score)}</td><td class=\"number\">{scale.Text(r.Validation)}</td>" +
                       $"<td>{Text(r.Choice.Length > 0 ? r.Choice : r.WeightsSha256.Length > 0 ? $"epoch {r.BestEpoch + 1}" : "")}</td><td><code>{r.WeightsSha256[..Math.Min(16, r.WeightsSha256.Length)]}</code></td></tr>\n";
        return $"""
            <h2>Runs</h2>
            <details><summary>Every run, with the fingerprint of its weights</summary><div class="wide"><table>
            <thead><tr><th>method</th><th class="number">labels</th><th class="number">seed</th><th class="number">test</th><th class="number">validation</th><th>chosen</th><th>SHA-256 of the weights</th></tr></thead>
            <tbody>{string.Concat(rows)}</tbody>
            </table></div></details>

            """;
    }

    private static string Text(string words) => HtmlPage.Text(words);
}
