using GraphTune.Cli.Rendering;
using NUnit.Framework;
using Spectre.Console;

namespace GraphTune.Tests;

public sealed class FindingTests
{
    [TestCase(0.04, 0.02, 0.06, "The recipe is better than training from scratch by 4.0 points, 95 % interval +2.0 to +6.0.")]
    [TestCase(0.04, -0.01, 0.09, "No detectable difference between the recipe and training from scratch: +4.0 points, 95 % interval −1.0 to +9.0.")]
    [TestCase(-0.04, -0.06, -0.02, "The recipe is worse than training from scratch, so pre-training hurts here: −4.0 points, 95 % interval −6.0 to −2.0.")]
    [TestCase(0.04, double.NaN, double.NaN, "One seed: the recipe differs from training from scratch by +4.0 points, which may be chance. Take more seeds.")]
    public void The_summary_claims_no_more_than_the_interval_allows(double mean, double low, double high, string expected)
    {
        var made = Findings.Made();

        var finding = made with { Result = made.Result with { Differences = [new("recipe", "scratch", mean, low, high)] } };

        Assert.That(finding.Summary(), Is.EqualTo(expected));
    }

    [Test]
    public void The_table_says_where_nothing_can_be_detected()
    {
        using var text = new StringWriter();
        var screen = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
        screen.Profile.Width = 200;

        ResultTable.Write(screen, Findings.Made());

        var rows = text.ToString().Split('\n');
        Assert.That(rows, Has.One.Match(@"full fine-tuning.*78\..*\+0\.3.*−1\.0 to \+1\.6.*no detectable difference"));
        Assert.That(rows, Has.One.Match(@"recipe.*\+4\.0.*\+2\.0 to \+6\.0.*better"));
    }
}
