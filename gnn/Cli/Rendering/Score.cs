namespace GraphTune.Cli.Rendering;

/// <summary>Scores from 0 to 1 as people read them: in percent, and differences in points.</summary>
internal static class Score
{
    public static string Percent(double score) => double.IsFinite(score) ? $"{score * 100:F1} %" : "–";

    public static string Points(double difference) => $"{(difference < 0 ? "−" : "+")}{Math.Abs(difference) * 100:F1}";

    /// <summary>An interval of scores, or why there is none.</summary>
    public static string Interval(double? low, double? high) =>
        low is { } l && high is { } h ? $"{Plain(l)} to {Plain(h)} %" : "one seed, no interval";

    /// <summary>An interval of differences, or why there is none.</summary>
    public static string PointInterval(double low, double high) =>
        double.IsFinite(low) && double.IsFinite(high) ? $"{Points(low)} to {Points(high)}" : "one seed, no interval";

    private static string Plain(double score) => $"{score * 100:F1}".Replace('-', '−');
}
