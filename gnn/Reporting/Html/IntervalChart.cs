namespace GraphTune.Gnn.Reporting.Html;

/// <summary>One row of an interval chart: a mean, its interval, and what each seed gave.</summary>
internal sealed record IntervalRow(string Name, int Colour, double Mean, double Low, double High, IReadOnlyList<(string Title, double Value)> Dots, string Words)
{
    /// <summary>All that is drawn of it.</summary>
    public IEnumerable<double> Values => [Mean, Low, High, .. Dots.Select(d => d.Value)];
}

/// <summary>Means with their intervals, one row each, the single results beneath.</summary>
internal static class IntervalChart
{
    private const int Width = 720, Left = 160, Right = 215, RowHeight = 44, Top = 8, Bottom = 40;

    /// <summary>Draws the rows on one scale.</summary>
    /// <param name="label">What it shows, for those who cannot see it.</param>
    /// <param name="unit">What the scale counts.</param>
    /// <param name="rows">The rows, from the top.</param>
    /// <param name="zero">Whether a line marks zero, which the scale then holds.</param>
    public static string Draw(string label, string unit, IReadOnlyList<IntervalRow> rows, bool zero = false)
    {
        var bottom = Top + rows.Count * RowHeight;
        var svg = new Svg(Width, bottom + Bottom, label);
        var axis = Axis.Over(rows.SelectMany(r => r.Values).Concat(zero ? [0.0] : []), Left, Width - Right);
        foreach (var tick in axis.Ticks)
        {
            svg.Line("grid", axis.At(tick), Top, axis.At(tick), bottom);
            svg.Text("tick", axis.At(tick), bottom + 16, axis.Text(tick), "middle");
        }
        if (zero) svg.Line("zero", axis.At(0), Top, axis.At(0), bottom);
        svg.Text("tick", (Left + Width - Right) / 2.0, bottom + 34, unit, "middle");
        for (var i = 0; i < rows.Count; i++) Row(svg, axis, rows[i], Top + (i + 0.5) * RowHeight);
        return svg.ToString();
    }

    private static void Row(Svg svg, Axis axis, IntervalRow row, double y)
    {
        svg.Text("name", Left - 12, y + 4, row.Name, "end");
        foreach (var (title, value) in row.Dots.Where(d => double.IsFinite(d.Value))) svg.Dot($"faint {Svg.Look(row.Colour)}", axis.At(value), y + 11, 3, title);
        if (double.IsFinite(row.Low) && double.IsFinite(row.High))
        {
            svg.Line($"bar {Svg.Look(row.Colour)}", axis.At(row.Low), y, axis.At(row.High), y);
            foreach (var end in new[] { axis.At(row.Low), axis.At(row.High) }) svg.Line($"bar {Svg.Look(row.Colour)}", end, y - 5, end, y + 5);
        }
        if (double.IsFinite(row.Mean)) svg.Dot($"mean {Svg.Look(row.Colour)}", axis.At(row.Mean), y, 5, $"{row.Name}: {row.Words}");
        svg.Text("words", Width - Right + 12, y + 4, row.Words);
    }
}
