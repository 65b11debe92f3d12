namespace GraphTune.Gnn.Reporting.Html;

/// <summary>One kind of line in a chart: a name, and the values of each run by epoch.</summary>
internal sealed record Series(string Name, int Colour, IReadOnlyList<IReadOnlyList<double>> Runs);

/// <summary>Curves over epochs: each run a thin line, the mean over runs a strong one as far as every run goes.</summary>
internal static class LineChart
{
    private const int Width = 720, Height = 320, Left = 52, Right = 12, Top = 26, Bottom = 40;
    private const int MostPoints = 240;   // a line has no more pixels to show them

    public static string Draw(string label, string unit, IReadOnlyList<Series> series)
    {
        var svg = new Svg(Width, Height, label);
        var across = Axis.Over([0, series.SelectMany(s => s.Runs).Select(r => r.Count).DefaultIfEmpty(1).Max()], Left, Width - Right, ticks: 8);
        var up = Axis.Over(series.SelectMany(s => s.Runs).SelectMany(r => r), Height - Bottom, Top);
        Grid(svg, across, up, unit);
        foreach (var s in series)
            if (s.Runs.Count > 1)
                foreach (var run in s.Runs) svg.Path($"thin {Svg.Look(s.Colour)}", Points(run, across, up));
        foreach (var s in series) svg.Path($"strong {Svg.Look(s.Colour)}", Points(Mean(s.Runs), across, up));
        return svg.ToString();
    }

    private static void Grid(Svg svg, Axis across, Axis up, string unit)
    {
        foreach (var tick in up.Ticks)
        {
            svg.Line("grid", Left, up.At(tick), Width - Right, up.At(tick));
            svg.Text("tick", Left - 6, up.At(tick) + 4, up.Text(tick), "end");
        }
        foreach (var tick in across.Ticks) svg.Text("tick", across.At(tick), Height - Bottom + 18, across.Text(tick), "middle");
        svg.Text("tick", (Left + Width - Right) / 2.0, Height - 4, "epoch", "middle");
        svg.Text("tick", 0, 14, unit);
    }

    private static double[] Mean(IReadOnlyList<IReadOnlyList<double>> runs) =>
        [.. Enumerable.Range(0, runs.Select(r => r.Count).DefaultIfEmpty(0).Min()).Select(epoch => runs.Average(r => r[epoch]))];

    // The value of epoch i, from 0, is drawn at i + 1: after that many epochs.
    private static IEnumerable<(double X, double Y)> Points(IReadOnlyList<double> values, Axis across, Axis up)
    {
        var stride = Math.Max(1, (values.Count + MostPoints - 1) / MostPoints);
        return from i in Enumerable.Range(0, values.Count)
               where (i % stride == 0 || i == values.Count - 1) && double.IsFinite(values[i])
               select (across.At(i + 1), up.At(values[i]));
    }
}
