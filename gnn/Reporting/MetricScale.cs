using System.Globalization;
using GraphTune.Gnn.Statistics;

namespace GraphTune.Gnn.Reporting;

/// <summary>Scores as people read them: shares in percent and their differences in points, errors in their own unit.</summary>
/// <param name="Factor">What a score is multiplied by.</param>
/// <param name="Unit">What follows it, such as <c> %</c>.</param>
/// <param name="Difference">What a difference is counted in.</param>
internal sealed record MetricScale(double Factor, string Unit, string Difference)
{
    private const string None = "one seed, no interval";

    public static MetricScale Of(string metric) => metric == "rmse" ? new(1, "", "units") : new(100, " %", "points");

    /// <summary><c>81.5 %</c>; a dash where there is none.</summary>
    public string Text(double score) => double.IsFinite(score) ? Number(score) + Unit : "–";

    /// <summary><c>81.1 to 81.9 %</c>. Of a share, what lies beyond 0 and 100 % is left out, which few seeds' Student intervals reach.</summary>
    public string Interval(Interval score) => double.IsFinite(score.Low) ? $"{Number(Within(score.Low))} to {Number(Within(score.High))}{Unit}" : None;

    /// <summary><c>+1.2</c>.</summary>
    public string Signed(double difference) => (difference < 0 ? "−" : "+") + Number(Math.Abs(difference));

    /// <summary><c>1.2 points</c>.</summary>
    public string Plain(double difference) => $"{Number(difference)} {Difference}";

    /// <summary><c>+0.4 to +2.0</c>.</summary>
    public string DifferenceInterval(Interval difference) => double.IsFinite(difference.Low) ? $"{Signed(difference.Low)} to {Signed(difference.High)}" : None;

    private double Within(double score) => Factor == 1 ? score : Math.Clamp(score, 0, 1);

    private string Number(double score) => (score * Factor).ToString(Factor == 1 ? "F3" : "F1", CultureInfo.InvariantCulture).Replace('-', '−');
}
