using System.Globalization;
using GraphTune.Gnn.FineTune;

namespace GraphTune.Gnn.Reporting.Html;

/// <summary>One method's confidence against truth.</summary>
internal sealed record ReliabilitySeries(string Name, int Colour, IReadOnlyList<ReliabilityBin> Bins);

/// <summary>How often predictions of a confidence are right (DeGroot and Fienberg 1983).</summary>
internal static class ReliabilityChart
{
    private const int Size = 380, Left = 52, Right = 16, Top = 12, Bottom = 44, Bins = 10;

    /// <summary>The bins of several runs, joined.</summary>
    public static IReadOnlyList<ReliabilityBin> Merged(IEnumerable<ReliabilityBin> bins) => [.. bins
        .GroupBy(b => Math.Min(Bins - 1, (int)(b.Confidence * Bins)))
        .OrderBy(g => g.Key)
        .Select(g => new ReliabilityBin(g.Sum(b => b.Count), g.Sum(b => b.Count * b.Confidence) / g.Sum(b => b.Count), g.Sum(b => b.Count * b.Right) / g.Sum(b => b.Count)))];

    public static string Draw(IReadOnlyList<ReliabilitySeries> series)
    {
        var svg = new Svg(Size + 160, Size, "Confidence against truth");
        Axis across = new(0, 1, 0.2, Left, Size - Right), up = new(0, 1, 0.2, Size - Bottom, Top);
        foreach (var tick in up.Ticks)
        {
            svg.Line("grid", Left, up.At(tick), Size - Right, up.At(tick));
            svg.Text("tick", Left - 6, up.At(tick) + 4, up.Text(tick), "end");
            svg.Text("tick", across.At(tick), Size - Bottom + 18, across.Text(tick), "middle");
        }
        svg.Text("tick", (Left + Size - Right) / 2.0, Size - 6, "confidence", "middle");
        svg.Line("zero", across.At(0), up.At(0), across.At(1), up.At(1));
        foreach (var one in series)
        {
            var most = one.Bins.Max(b => b.Count);
            svg.Path($"strong {Svg.Look(one.Colour)}", one.Bins.Select(b => (across.At(b.Confidence), up.At(b.Right))));
            foreach (var bin in one.Bins)
                svg.Dot(Svg.Look(one.Colour), across.At(bin.Confidence), up.At(bin.Right), 2 + 4 * Math.Sqrt((double)bin.Count / most), string.Create(CultureInfo.InvariantCulture, $"{one.Name}: {bin.Count} predictions at {bin.Confidence:0.00}, {bin.Right:0.00} right"));
        }
        return svg.ToString();
    }
}
