using System.Globalization;

namespace GraphTune.Gnn.Reporting.Html;

/// <summary>A straight scale: the range of values it shows, and where on the drawing the range begins and ends.</summary>
internal sealed record Axis(double Low, double High, double Step, double From, double To)
{
    /// <summary>A scale that shows all finite values and begins and ends at round numbers.</summary>
    /// <param name="values">What is to be shown; others than finite numbers are left out.</param>
    /// <param name="from">Where the low end is drawn.</param>
    /// <param name="to">Where the high end is drawn.</param>
    /// <param name="ticks">About how many round numbers to mark.</param>
    public static Axis Over(IEnumerable<double> values, double from, double to, int ticks = 5)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        var (low, high) = finite.Length == 0 ? (0.0, 1.0) : (finite.Min(), finite.Max());
        if (high - low < 1e-9 * Math.Max(1, Math.Abs(high))) (low, high) = (low - 0.5, high + 0.5);
        var step = RoundStep((high - low) / ticks);
        return new(Math.Floor(low / step) * step, Math.Ceiling(high / step) * step, step, from, to);
    }

    public double At(double value) => From + (value - Low) / (High - Low) * (To - From);

    /// <summary>The round numbers to mark, ends included.</summary>
    public IEnumerable<double> Ticks => Enumerable.Range(0, (int)Math.Round((High - Low) / Step) + 1).Select(i => Low + i * Step);

    /// <summary>A tick in as many decimals as neighbours need to differ.</summary>
    public string Text(double tick) =>
        (Math.Abs(tick) < Step / 2 ? 0 : tick).ToString($"F{Math.Max(0, -(int)Math.Floor(Math.Log10(Step) + 1e-9))}", CultureInfo.InvariantCulture).Replace('-', '−');

    private static double RoundStep(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return (least / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
    }
}
