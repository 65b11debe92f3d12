using Spectre.Console;

namespace GraphTune.Cli.Rendering;

/// <summary>The report's figures as a table on the screen.</summary>
internal static class ReportTable
{
    public static void Write(IAnsiConsole screen, ReportResult result)
    {
        var scale = MetricScale.Of(result.Metric);
        var table = Tables.New("method", "labels", result.Metric, "95 % interval", "against scratch", "95 % interval", "verdict", "worth from scratch, labels").RightAligned(1, 2, 4);
        foreach (var method in result.Methods)
            foreach (var cell in method.Cells)
                table.AddTextRow(
                    MethodName.Label(method.Name), $"{cell.Labels:N0}", scale.Text(cell.Score.Estimate), scale.Interval(cell.Score),
                    cell.Gain is null ? "" : scale.Signed(cell.Gain.Mean.Estimate),
                    cell.Gain is null ? "" : scale.DifferenceInterval(cell.Gain.Mean),
                    cell.Gain?.Verdict ?? "",
                    cell.Equivalence?.ToString() ?? "");
        screen.Write(table);
    }
}
