using System.Globalization;
using GraphTune.Gnn.Statistics;

namespace GraphTune.Gnn.Reporting.Html;

/// <summary>One method's scores by the number of labels.</summary>
internal sealed record BudgetSeries(string Name, int Colour, IReadOnlyList<(int Labels, Interval Score)> Points)
{
    /// <summary>All that is drawn of it.</summary>
    public IEnumerable<double> Values => Points.SelectMany(p => new[] { p.Score.Estimate, p.Score.Low, p.Score.High });
}

/// <summary>Scores over the logarithm of the number of labels: a line for each method, a bar for each interval.</summary>
internal static class BudgetChart
{
    private const int Width = 720, Height = 360, Left = 52, Right = 20, Top = 26, Bottom = 44;
    private const double Apart = 2.5;   // bars of one budget stand side by side

    public static string Draw(string label, string unit, IReadOnlyList<BudgetSeries> series)
    {
        var svg = new Svg(Width, Height, label);
        int[] budgets = [.. series.SelectMany(s => s.Points).Select(p => p.Labels).Distinct().Order()];
        var across = new Axis(Math.Log(budgets[0]), Math.Log(budgets[^1]), 1, Left + 24, Width - Right - 24);
        var up = Axis.Over(series.SelectMany(s => s.Values), Height - Bottom, Top);
        foreach (var tick in up.Ticks)
        {
            svg.Line("grid", Left, up.At(tick), Width - Right, up.At(tick));
            svg.Text("tick", Left - 6, up.At(tick) + 4, up.Text(tick), "end");
        }
        foreach (var labels in budgets) svg.Text("tick", across.At(Math.Log(labels)), Height - Bottom + 18, labels.ToString("N0", CultureInfo.InvariantCulture), "middle");
        svg.Text("tick", (Left + Width - Right) / 2.0, Height - 6, "training labels, logarithmic", "middle");
        svg.Text("tick", 0, 14, unit);
        foreach (var (i, one) in series.Index()) Line(svg, across, up, one, (i - (series.Count - 1) / 2.0) * Apart);
        return svg.ToString();
    }

    private static void Line(Svg svg, Axis across, Axis up, BudgetSeries series, double aside)
    {
        var points = series.Points.Where(p => double.IsFinite(p.Score.Estimate)).Select(p => (X: across.At(Math.Log(p.Labels)) + aside, p.Score, p.Labels)).ToArray();
        svg.Path($"strong {Svg.Look(series.Colour)}", points.Select(p => (p.X, up.At(p.Score.Estimate))));
        foreach (var (x, score, labels) in points)
        {
            if (double.IsFinite(score.Low)) svg.Line($"whisker {Svg.Look(series.Colour)}", x, up.At(score.Low), x, up.At(score.High));
            svg.Dot(Svg.Look(series.Colour), x, up.At(score.Estimate), 3.5, string.Create(CultureInfo.InvariantCulture, $"{series.Name}, {labels} labels: {score.Estimate:0.0##}"));
        }
    }
}
