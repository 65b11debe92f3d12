using System.Text;
using GraphTune.Gnn;
using GraphTune.Gnn.FineTune;

namespace GraphTune.Cli.Rendering.Html;

/// <summary>The comparison as one HTML file that needs nothing else: style and drawings are inside, and there is no script.</summary>
internal static class HtmlReport
{
    private const int PretrainingColour = 4;
    private static readonly string Style = Read("report.css");

    public static string Of(Finding finding)
    {
        var result = finding.Result;
        var page = new StringBuilder();
        page.Append($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>{Text(result.Data)}: fine-tuning compared with training from scratch</title>
            <style>
            {Style}</style>
            </head>
            <body>
            <h1>{Text(result.Data)}: fine-tuning compared with training from scratch</h1>
            <p class="lead">{Text(finding.Summary())}</p>
            <dl>{string.Concat(finding.Facts.Select(f => $"<dt>{Text(f.Name)}</dt><dd>{Text(f.Text)}</dd>"))}</dl>

            """);
        page.Append(ResultSections.Table(finding)).Append(ResultSections.Scores(result)).Append(ResultSections.Gains(finding));
        page.Append(Curves(finding));
        page.Append(ResultSections.Runs(result));
        page.Append("</body>\n</html>\n");
        return page.ToString();
    }

    private static string Curves(Finding finding)
    {
        var methods = finding.Result.Methods;
        var page = new StringBuilder("<h2>Curves</h2>\n");
        page.Append($"<p class=\"legend\">{string.Concat(methods.Select((m, i) => $"<span><span class=\"key c{i}\">━</span>{Text(Finding.Label(m.Name))}</span>"))}</p>\n");
        page.Append(Figure($"Validation {finding.Result.Metric} after each epoch. {Lines(finding)} The epoch with the best value is the one whose weights are tested.",
            LineChart.Draw("Validation score by epoch", "%", Each(methods, e => e.Validation * 100 ?? double.NaN))));
        page.Append(Figure("Training loss, dropout on.", LineChart.Draw("Training loss by epoch", "loss", Each(methods, e => e.Loss))));
        if (finding.Pretraining.Count > 0)
            page.Append(Figure("Loss of pre-training, which sees no label.",
                LineChart.Draw("Pre-training loss by epoch", "loss", [new("pre-training", PretrainingColour, [[.. finding.Pretraining.Select(e => e.Loss)]])])));
        return page.ToString();
    }

    private static string Lines(Finding finding) => finding.Seeds > 1 ? "Thin lines are seeds, strong lines their mean." : "";

    private static Series[] Each(IReadOnlyList<MethodResult> methods, Func<EpochReport, double> value) =>
        [.. methods.Select((m, i) => new Series(m.Name, i, [.. m.Runs.Select(r => (IReadOnlyList<double>)[.. r.Epochs.Select(value)])]))];

    internal static string Figure(string caption, string drawing) => $"<figure>{drawing}<figcaption>{Text(caption)}</figcaption></figure>\n";

    internal static string Text(string words) => Svg.Escape(words);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
