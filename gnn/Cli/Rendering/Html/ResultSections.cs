using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Reporting.Html;

namespace GraphTune.Cli.Rendering.Html;

/// <summary>The parts of the page that show scores: the table, the two interval charts, and every single run.</summary>
internal static class ResultSections
{
    public static string Table(Finding finding) => $"""
        <h2>Result</h2>
        <div class="wide"><table>
        <thead><tr><th>method</th><th class="number">{Text(finding.Result.Metric)}</th><th>95 % interval</th><th class="number">against scratch</th><th>95 % interval</th><th>verdict</th></tr></thead>
        <tbody>{string.Concat(finding.Result.Methods.Select(m => Row(finding.Scale, m, finding.FromScratch(m))))}</tbody>
        </table></div>
        <p class="soft">Means over {Words.Count(finding.Seeds, "seed")} of the test score at the epoch with the best validation score; the test split is read once a run. Differences
        are taken seed by seed, in {finding.Scale.Difference}. Where their interval spans zero, the data show no difference.</p>

        """;

    private static string Row(MetricScale scale, MethodResult method, Difference? difference) =>
        $"<tr><td>{Text(Finding.Label(method.Name))}<br/><span class=\"soft\">{Text(method.About)}</span></td>" +
        $"<td class=\"number\">{scale.Text(method.Mean)}</td><td class=\"line\">{scale.Interval(Finding.Interval(method))}</td>" +
        (difference is null
            ? "<td></td><td></td><td></td></tr>\n"
            : $"<td class=\"number\">{scale.Signed(difference.Mean)}</td><td class=\"line\">{scale.DifferenceInterval(Finding.Interval(difference))}</td><td class=\"line\">{Text(difference.Verdict)}</td></tr>\n");

    public static string Scores(ComparisonResult result)
    {
        var scale = MetricScale.Of(result.Metric);
        return HtmlPage.Figure(
            $"Test {result.Metric}: mean and 95 % interval of each method; the faint dots are its seeds.",
            IntervalChart.Draw("Test scores", result.Metric + scale.Unit, [.. result.Methods.Select((m, i) => new IntervalRow(
                Finding.Label(m.Name), i, m.Mean * scale.Factor, m.Ci95[0] * scale.Factor ?? double.NaN, m.Ci95[1] * scale.Factor ?? double.NaN,
                [.. m.Runs.Select(r => ($"seed {r.Seed}: {scale.Text(r.Score)}", r.Score * scale.Factor))], scale.Text(m.Mean)))]));
    }

    public static string Gains(Finding finding)
    {
        var rows = from m in finding.Result.Methods.Index()
                   let d = finding.FromScratch(m.Item)
                   where d is not null
                   let scale = finding.Scale
                   select new IntervalRow(Finding.Label(m.Item.Name), m.Index, d.Mean * scale.Factor, d.Low * scale.Factor, d.High * scale.Factor,
                       Pairs(finding, m.Item), $"{scale.Signed(d.Mean)}, {d.Verdict}");
        return HtmlPage.Figure("Difference from training from scratch, seed by seed: mean and 95 % interval; the faint dots are pairs with the same seed.",
            IntervalChart.Draw("Differences from scratch", finding.Scale.Difference, [.. rows], zero: true));
    }

    private static (string, double)[] Pairs(Finding finding, MethodResult method)
    {
        var scratch = finding.Result.Methods.First(m => m.Name == Finding.Baseline).Runs.ToDictionary(r => r.Seed, r => r.Score);
        return [.. from r in method.Runs
                   where scratch.ContainsKey(r.Seed)
                   let gain = r.Score - scratch[r.Seed]
                   select ($"seed {r.Seed}: {finding.Scale.Signed(gain)}", gain * finding.Scale.Factor)];
    }

    public static string Runs(ComparisonResult result) => $"""
        <h2>Runs</h2>
        <details><summary>Every run, with the fingerprint of its weights</summary><div class="wide"><table>
        <thead><tr><th>method</th><th class="number">seed</th><th class="number">test</th><th class="number">validation</th><th class="number">best epoch</th><th>SHA-256 of the weights</th></tr></thead>
        <tbody>{string.Concat(result.Methods.SelectMany(m => m.Runs.Select(r => Row(MetricScale.Of(result.Metric), m, r))))}</tbody>
        </table></div></details>

        """;

    private static string Row(MetricScale scale, MethodResult method, RunResult run) =>
        $"<tr><td>{Text(Finding.Label(method.Name))}</td><td class=\"number\">{run.Seed}</td><td class=\"number\">{scale.Text(run.Score)}</td>" +
        $"<td class=\"number\">{scale.Text(run.Validation)}</td><td class=\"number\">{run.BestEpoch + 1}</td><td><code>{run.WeightsSha256[..Math.Min(16, run.WeightsSha256.Length)]}</code></td></tr>\n";

    private static string Text(string words) => HtmlPage.Text(words);
}
