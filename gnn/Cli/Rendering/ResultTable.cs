using Spectre.Console;

namespace GraphTune.Cli.Rendering;

/// <summary>The comparison as a table on the screen.</summary>
internal static class ResultTable
{
    public static void Write(IAnsiConsole screen, Finding finding)
    {
        var table = Tables.New("method", finding.Result.Metric, "95 % interval", $"against scratch, {finding.Scale.Difference}", "95 % interval", "verdict").RightAligned(1, 3);
        foreach (var method in finding.Result.Methods)
        {
            var difference = finding.FromScratch(method);
            table.AddTextRow(
                Finding.Label(method.Name), finding.Scale.Text(method.Mean), finding.Scale.Interval(Finding.Interval(method)),
                difference is null ? "" : finding.Scale.Signed(difference.Mean),
                difference is null ? "" : finding.Scale.DifferenceInterval(Finding.Interval(difference)),
                difference?.Verdict ?? "");
        }
        screen.Write(table);
    }
}
