using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using GraphTune.Gnn.Reporting;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ReportFilesTests
{
    private static readonly ReportResult Result = MadeReport.Of(gain: 0.05).Run(MadeReport.Bench);

    [Test]
    public void The_keys_of_the_JSON_stay()
    {
        var root = JsonDocument.Parse(Result.ToJson()).RootElement;
        var method = root.GetProperty("methods")[2];
        var cell = method.GetProperty("cells")[0];

        Assert.That(Keys(root), Is.EqualTo(new[] { "schema", "data", "task", "metric", "higherIsBetter", "dataSha256", "encoderSha256", "budgets", "seeds", "methods", "comparisons", "intervals", "summary", "warnings", "decisions", "facts", "command", "seconds", "peakBytes", "cachedRuns", "cancelled" }));
        Assert.That(Keys(method), Is.EqualTo(new[] { "name", "about", "pretrained", "cells" }));
        Assert.That(Keys(cell), Is.EqualTo(new[] { "labels", "mean", "ci95", "gain", "equivalence", "seconds", "peakBytes", "runs" }));
        Assert.That(Keys(cell.GetProperty("gain")), Is.EqualTo(new[] { "mean", "ci95", "p", "pHolm", "verdict" }));
        Assert.That(Keys(cell.GetProperty("equivalence")), Is.EqualTo(new[] { "labels", "ci95", "least", "most", "means", "text" }));
        Assert.That(Keys(cell.GetProperty("runs")[0]), Is.EqualTo(new[] { "seed", "score", "validation", "bestEpoch", "choice", "weightsSha256", "seconds", "peakBytes", "distances", "reliability" }));
        Assert.That(root.GetProperty("schema").GetInt32(), Is.EqualTo(1));
        Assert.That(Result.ToJson(), Does.Not.Contain('\n'));
    }

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(p => p.Name);

    [Test]
    public void The_page_is_whole_well_formed_and_needs_nothing_else()
    {
        var html = Result.ToHtml();
        var page = XDocument.Parse(html[html.IndexOf('\n')..]);
        var text = page.Root!.Value;

        Assert.That(html, Does.StartWith("<!DOCTYPE html>").And.Not.Contain("<script").And.Not.Contain("http:").And.Not.Contain("https:").And.Not.Contain("NaN"));
        Assert.That(page.Descendants("svg").Select(svg => (string)svg.Attribute("aria-label")!), Is.EqualTo(new[]
        {
            "Test scores", "Scores by labels", "Differences from scratch with 32 labels", "Differences from scratch with 16 labels", "Differences from scratch with 8 labels", "Confidence against truth", "Distance travelled by layer",
        }));
        Assert.That(Regex.Count(html, "<svg viewBox=\"0 0 \\d+ \\d+\""), Is.EqualTo(7));
        Assert.That(text, Does.Contain("made & <odd>").And.Contain("graphtune report --seeds 6").And.Contain("≥ 32").And.Contain("few labels | many"));
    }

    [TestCase(0.1, true)]
    [TestCase(0.45, false)]
    public void The_majority_class_is_left_out_of_drawings_where_the_others_would_be_one_line_beside_it(double majority, bool off)
    {
        const int InTables = 1 + 3 + 3 * 6;   // scores, cost by budget, runs by budget and seed
        var report = MadeReport.Of(gain: 0.05);
        var html = (report with { Methods = [new MadeMethod("majority", (_, _) => majority, pretrained: false), .. report.Methods.Skip(1)] }).Run(MadeReport.Bench).ToHtml();

        Assert.That(Regex.Count(html, $"The majority class \\({100 * majority:0.0} %\\) is off the scale"), Is.EqualTo(off ? 2 : 0));
        Assert.That(Regex.Count(html, ">majority class<"), Is.EqualTo(off ? InTables : InTables + 2));   // and a row and a legend
        Assert.That(html, Does.Contain("<td rowspan=\"3\">majority class<br/>"));
    }

    [Test]
    public void A_majority_class_that_is_off_the_scale_at_some_budget_is_told_from_least_to_most()
    {
        var report = MadeReport.Of(gain: 0.05);
        var html = (report with { Methods = [new MadeMethod("majority", (labels, _) => labels == 8 ? 0.05 : 0.48, pretrained: false), .. report.Methods.Skip(1)] }).Run(MadeReport.Bench).ToHtml();

        Assert.That(Regex.Matches(html, @"The majority class \((.*?)\) is off").Select(m => m.Groups[1].Value), Is.EqualTo(new[] { "5.0 % to 48.0 %" }));
    }

    [Test]
    public void Sixteen_methods_look_unlike_each_other()
    {
        var html = MadeReport.Of(gain: 0.05, more: [.. Enumerable.Range(0, 13).Select(i => new MadeMethod($"m{i}", (_, seed) => 0.5 + MadeReport.Noise(seed, 3)))]).Run(MadeReport.Bench).ToHtml();
        var looks = Regex.Matches(html[html.IndexOf("<h2>Labels")..html.IndexOf("<h2>Against")], "class=\"key ([^\"]*)\"").Select(m => m.Groups[1].Value).ToArray();

        Assert.That(looks, Has.Length.EqualTo(16).And.Unique.And.Contain("c0").And.Contain("c7 dashed"));
    }

    [Test]
    public void The_model_card_tells_data_encoder_method_decisions_scores_limits_cost_and_how_to_repeat()
    {
        var card = Result.ToModelCard();

        foreach (var part in new[] { "# Model card: recipe on synthetic", "## Data and encoder", "## Method and decisions", "## Scores", "## Limits", "## Cost", "## To repeat" }) Assert.That(card, Does.Contain($"\n{part}").Or.StartsWith(part));
        Assert.That(card, Does.Contain("few labels \\| many").And.Contain("| recipe | 8 |").And.Contain("made & &lt;odd>").And.Contain(Result.EncoderSha256));
        Assert.That(Regex.Matches(card, @"^\|.*\|$", RegexOptions.Multiline).Select(row => row.Value.Replace("\\|", "").Count(c => c == '|')).Distinct(), Is.SubsetOf(new[] { 4, 5, 9 }));
    }

    [Test]
    public void All_three_files_are_written()
    {
        using var folder = new TempFolder();

        Result.Write(folder.At("there"));

        Assert.That(Directory.GetFiles(folder.At("there")).Select(Path.GetFileName), Is.EquivalentTo(ReportResult.FileNames));
        Assert.That(JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.At("there"), "report.json"))).RootElement.GetProperty("data").GetString(), Is.EqualTo("synthetic"));
    }
}
