using System.Text;
using GraphTune.Gnn;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Reporting.Html;

namespace GraphTune.Cli.Rendering.Html;

/// <summary>The comparison as one HTML file that needs nothing else: style and drawings are inside, and there is no script.</summary>
internal static class HtmlReport
{
    private const int PretrainingColour = 4;

    public static string Of(Finding finding)
    {
        var title = $"{finding.Result.Data}: fine-tuning compared with training from scratch";
        var body = ResultSections.Table(finding) + ResultSections.Scores(finding.Result) + ResultSections.Gains(finding) + Curves(finding) + ResultSections.Runs(finding.Result);
        return HtmlPage.Of(title, finding.Summary(), finding.Facts, body);
    }

    private static string Curves(Finding finding)
    {
        var (methods, scale) = (finding.Result.Methods, MetricScale.Of(finding.Result.Metric));
        var page = new StringBuilder("<h2>Curves</h2>\n");
        page.Append(HtmlPage.Legend(methods.Select((m, i) => (Finding.Label(m.Name), i))));
        page.Append(HtmlPage.Figure($"Validation {finding.Result.Metric} after each epoch. {Lines(finding)} The epoch with the best value is the one whose weights are tested.",
            LineChart.Draw("Validation score by epoch", scale.Unit.Trim(), Each(methods, e => e.Validation * scale.Factor ?? double.NaN))));
        page.Append(HtmlPage.Figure("Training loss, dropout on.", LineChart.Draw("Training loss by epoch", "loss", Each(methods, e => e.Loss))));
        if (finding.Pretraining.Count > 0)
            page.Append(HtmlPage.Figure("Loss of pre-training, which sees no label.",
                LineChart.Draw("Pre-training loss by epoch", "loss", [new("pre-training", PretrainingColour, [[.. finding.Pretraining.Select(e => e.Loss)]])])));
        return page.ToString();
    }

    private static string Lines(Finding finding) => finding.Seeds > 1 ? "Thin lines are seeds, strong lines their mean." : "";

    private static Series[] Each(IReadOnlyList<MethodResult> methods, Func<EpochReport, double> value) =>
        [.. methods.Select((m, i) => new Series(m.Name, i, [.. m.Runs.Select(r => (IReadOnlyList<double>)[.. r.Epochs.Select(value)])]))];
}
