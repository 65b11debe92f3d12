using System.Text;
using GraphTune.Gnn.Statistics;

namespace GraphTune.Gnn.Reporting.Html;

/// <summary>The report as a page.</summary>
internal static class ReportPage
{
    public const int Colours = 8;

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
        var name = first ? $"{Text(MethodName.Label(method.Name))}<br/><span class=\"soft\">{Text(method.About)}</span>" : "";
        var gain = cell.Gain is { } g ? $"<td class=\"number\">{scale.Signed(g.Mean.Estimate)}</td><td>{scale.DifferenceInterval(g.Mean)}</td><td>{Text(g.Verdict)}</td>" : "<td></td><td></td><td></td>";
        return $"<tr><td>{name}</td><td class=\"number\">{cell.Labels}</td><td class=\"number\">{scale.Text(cell.Score.Estimate)}</td><td>{scale.Interval(cell.Score)}</td>{gain}<td>{Text(cell.Equivalence?.ToString() ?? "")}</td></tr>\n";
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

/// <summary>The drawings of the report.</summary>
internal static class ReportFigures
{
    public static string Scores(ReportResult result)
    {
        var scale = MetricScale.Of(result.Metric);
        var rows = result.Methods.Index().Select(m => Row(scale, MethodName.Label(m.Item.Name), m.Index, m.Item.Cells[^1].Score, m.Item.Cells[^1].Runs.Select(r => (r.Seed, r.Score)), scale.Text(m.Item.Cells[^1].Score.Estimate)));
        return HtmlPage.Figure($"Test {result.Metric} with {Words.Count(result.Budgets[^1], "label")}: mean and 95 % interval of each method; the faint dots are its seeds.",
            IntervalChart.Draw("Test scores", result.Metric + scale.Unit, [.. rows]));
    }

    public static string Labels(ReportResult result)
    {
        if (result.Budgets.Count < 2) return "";
        var scale = MetricScale.Of(result.Metric);
        var series = result.Methods.Index().Select(m => new BudgetSeries(MethodName.Label(m.Item.Name), m.Index % ReportPage.Colours, [.. m.Item.Cells.Select(c => (c.Labels, Scaled(scale, c.Score)))]));
        return "<h2>Labels</h2>\n" + HtmlPage.Legend(result.Methods.Index().Select(m => (MethodName.Label(m.Item.Name), m.Index % ReportPage.Colours)))
            + HtmlPage.Figure($"Test {result.Metric} by the number of training labels, with 95 % intervals. {string.Join(' ', ReportSummary.Equivalences(result, result.Chosen))}",
                BudgetChart.Draw("Scores by labels", result.Metric + scale.Unit, [.. series]));
    }

    public static string Gains(ReportResult result)
    {
        var scale = MetricScale.Of(result.Metric);
        var page = new StringBuilder("<h2>Against training from scratch</h2>\n");
        foreach (var (i, labels) in result.Budgets.Index().Reverse())
        {
            var scratch = result.Methods.First(m => m.Name == Report.Baseline).Cells[i].Runs.ToDictionary(r => r.Seed, r => r.Score);
            var rows = from m in result.Methods.Index()
                       let cell = m.Item.Cells[i]
                       let gain = cell.Gain
                       where gain is not null
                       select Row(scale, MethodName.Label(m.Item.Name), m.Index, gain.Mean, cell.Runs.Where(r => scratch.ContainsKey(r.Seed)).Select(r => (r.Seed, r.Score - scratch[r.Seed])), $"{scale.Signed(gain.Mean.Estimate)}, {gain.Verdict}");
            page.Append(HtmlPage.Figure($"With {Words.Count(labels, "label")}: difference from scratch, seed by seed, mean and 95 % interval; the faint dots are pairs with the same seed.",
                IntervalChart.Draw($"Differences from scratch with {labels} labels", scale.Difference, [.. rows], zero: true)));
        }
        return page.ToString();
    }

    public static string Reliability(ReportResult result)
    {
        var series = result.Methods.Index().Where(m => m.Item.Name is Report.Baseline || m.Item == result.Chosen)
            .Select(m => new ReliabilitySeries(MethodName.Label(m.Item.Name), m.Index % ReportPage.Colours, ReliabilityChart.Merged(m.Item.Cells[^1].Runs.SelectMany(r => r.Reliability)))).Where(s => s.Bins.Count > 0).ToArray();
        return series.Length == 0 ? "" : "<h2>Reliability</h2>\n" + HtmlPage.Legend(series.Select(s => (s.Name, s.Colour)))
            + HtmlPage.Figure($"How often predictions of a confidence are right, on the validation rows, with {Words.Count(result.Budgets[^1], "label")}; the dashed line is perfect. Larger dots are more predictions.", ReliabilityChart.Draw(series));
    }

    public static string Travel(ReportResult result)
    {
        var (method, colour) = (result.Chosen, result.Methods.Index().First(m => m.Item == result.Chosen).Index);
        var layers = method.Cells[^1].Runs.SelectMany(r => r.Distances.Select(d => (r.Seed, d.Layer, Distance: d.Relative))).GroupBy(t => t.Layer).ToArray();
        if (layers.Length == 0) return "";
        var rows = layers.Select(of => new IntervalRow(of.Key, colour % ReportPage.Colours, of.Average(t => t.Distance), double.NaN, double.NaN,
            [.. of.Select(t => (FormattableString.Invariant($"seed {t.Seed}: {t.Distance:0.000}"), t.Distance))], FormattableString.Invariant($"{of.Average(t => t.Distance):0.000}")));
        return "<h2>Distance travelled</h2>\n" + HtmlPage.Figure($"How far {MethodName.Label(method.Name)} moved each layer, ‖w − w₀‖ ÷ ‖w₀‖, from the input up; the faint dots are seeds.",
            IntervalChart.Draw("Distance travelled by layer", "of the starting weights' length", [.. rows], zero: true));
    }

    private static IntervalRow Row(MetricScale scale, string name, int colour, Interval interval, IEnumerable<(ulong Seed, double Value)> seeds, string words)
    {
        var shown = Scaled(scale, interval);
        return new(name, colour % ReportPage.Colours, shown.Estimate, shown.Low, shown.High, [.. seeds.Select(s => (FormattableString.Invariant($"seed {s.Seed}: {s.Value * scale.Factor:0.0##}"), s.Value * scale.Factor))], words);
    }

    private static Interval Scaled(MetricScale scale, Interval interval) => new(interval.Estimate * scale.Factor, interval.Low * scale.Factor, interval.High * scale.Factor);
}
