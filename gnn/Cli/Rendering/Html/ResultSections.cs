using GraphTune.Gnn.FineTune;

namespace GraphTune.Cli.Rendering.Html;

/// <summary>The parts of the page that show scores: the table, the two interval charts, and every single run.</summary>
internal static class ResultSections
{
    public static string Table(Finding finding) => $"""
        <h2>Result</h2>
        <div class="wide"><table>
        <thead><tr><th>method</th><th class="number">{Text(finding.Result.Metric)}</th><th>95 % interval</th><th class="number">against scratch</th><th>95 % interval</th><th>verdict</th></tr></thead>
        <tbody>{string.Concat(finding.Result.Methods.Select(m => Row(m, finding.FromScratch(m))))}</tbody>
        </table></div>
        <p class="soft">Means over {Words.Count(finding.Seeds, "seed")} of the test score at the epoch with the best validation score; the test split is read once a run. Differences
        are taken seed by seed, in percentage points. Where their interval spans zero, the data show no difference.</p>

        """;

    private static string Row(MethodResult method, Difference? difference) =>
        $"<tr><td>{Text(Finding.Label(method.Name))}<br/><span class=\"soft\">{Text(method.About)}</span></td>" +
        $"<td class=\"number\">{Score.Percent(method.Mean)}</td><td>{Score.Interval(method.Ci95[0], method.Ci95[1])}</td>" +
        (difference is null
            ? "<td></td><td></td><td></td></tr>\n"
            : $"<td class=\"number\">{Score.Points(difference.Mean)}</td><td>{Score.PointInterval(difference.Low, difference.High)}</td><td>{Text(difference.Verdict)}</td></tr>\n");

    public static string Scores(ComparisonResult result) => HtmlReport.Figure(
        $"Test {result.Metric}: mean and 95 % interval of each method; the faint dots are its seeds.",
        IntervalChart.Draw("Test scores", $"{result.Metric}, %", [.. result.Methods.Select((m, i) => new IntervalRow(
            Finding.Label(m.Name), i, m.Mean * 100, m.Ci95[0] * 100 ?? double.NaN, m.Ci95[1] * 100 ?? double.NaN,
            [.. m.Runs.Select(r => ($"seed {r.Seed}: {Score.Percent(r.Score)}", r.Score * 100))], Score.Percent(m.Mean)))]));

    public static string Gains(Finding finding)
    {
        var rows = from m in finding.Result.Methods.Index()
                   let d = finding.FromScratch(m.Item)
                   where d is not null
                   select new IntervalRow(Finding.Label(m.Item.Name), m.Index, d.Mean * 100, d.Low * 100, d.High * 100,
                       Pairs(finding.Result, m.Item), $"{Score.Points(d.Mean)}, {d.Verdict}");
        return HtmlReport.Figure("Difference from training from scratch, seed by seed: mean and 95 % interval; the faint dots are pairs with the same seed.",
            IntervalChart.Draw("Differences from scratch", "percentage points", [.. rows], zero: true));
    }

    private static (string, double)[] Pairs(ComparisonResult result, MethodResult method)
    {
        var scratch = result.Methods.First(m => m.Name == Finding.Baseline).Runs.ToDictionary(r => r.Seed, r => r.Score);
        return [.. from r in method.Runs
                   where scratch.ContainsKey(r.Seed)
                   let gain = r.Score - scratch[r.Seed]
                   select ($"seed {r.Seed}: {Score.Points(gain)}", gain * 100)];
    }

    public static string Runs(ComparisonResult result) => $"""
        <h2>Runs</h2>
        <details><summary>Every run, with the fingerprint of its weights</summary><div class="wide"><table>
        <thead><tr><th>method</th><th class="number">seed</th><th class="number">test</th><th class="number">validation</th><th class="number">best epoch</th><th>SHA-256 of the weights</th></tr></thead>
        <tbody>{string.Concat(result.Methods.SelectMany(m => m.Runs.Select(r => Row(m, r))))}</tbody>
        </table></div></details>

        """;

    private static string Row(MethodResult method, RunResult run) =>
        $"<tr><td>{Text(Finding.Label(method.Name))}</td><td class=\"number\">{run.Seed}</td><td class=\"number\">{Score.Percent(run.Score)}</td>" +
        $"<td class=\"number\">{Score.Percent(run.Validation)}</td><td class=\"number\">{run.BestEpoch + 1}</td><td><code>{run.WeightsSha256[..Math.Min(16, run.WeightsSha256.Length)]}</code></td></tr>\n";

    private static string Text(string words) => HtmlReport.Text(words);
}
