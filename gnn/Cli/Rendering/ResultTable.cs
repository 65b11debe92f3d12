using Spectre.Console;

namespace GraphTune.Cli.Rendering;

/// <summary>The comparison as a table on the screen.</summary>
internal static class ResultTable
{
    public static void Write(IAnsiConsole screen, Finding finding)
    {
        var table = Tables.New("method", finding.Result.Metric, "95 % interval", "against scratch, points", "95 % interval", "verdict").RightAligned(1, 3);
        foreach (var method in finding.Result.Methods)
        {
            var difference = finding.FromScratch(method);
            table.AddTextRow(
                Finding.Label(method.Name), Score.Percent(method.Mean), Score.Interval(method.Ci95[0], method.Ci95[1]),
                difference is null ? "" : Score.Points(difference.Mean),
                difference is null ? "" : Score.PointInterval(difference.Low, difference.High),
                difference?.Verdict ?? "");
        }
        screen.Write(table);
    }
}
