using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Statistics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ReliabilityCurveTests
{
    [Test]
    public void Bins_count_their_rows_and_make_up_the_error()
    {
        float[] p = [0.1f, 0.2f, 0.9f, 0.9f, 0.8f, 0.95f];
        int[] y = [0, 1, 1, 1, 0, -1];

        var curve = ReliabilityCurve.Binary(p, y, bins: 2);

        Assert.That(curve.Bins.Select(b => (b.Low, b.High, b.Count)), Is.EqualTo(new[] { (0.0, 0.5, 2L), (0.5, 1.0, 3L) }));
        Assert.That(curve.Bins[0].Confidence, Is.EqualTo(0.15).Within(1e-7));
        Assert.That((curve.Bins[0].Share.Estimate, curve.Bins[1].Share.Estimate), Is.EqualTo((0.5, 2 / 3.0)));
        Assert.That(curve.Error, Is.EqualTo(curve.Bins.Sum(b => b.Count / 5.0 * Math.Abs(b.Share.Estimate - b.Confidence))).Within(1e-12));
        Assert.That(curve.Error, Is.EqualTo(ExpectedCalibrationError.Binary(p, y, bins: 2)));
    }

    [Test]
    public void An_empty_bin_says_nothing()
    {
        var empty = ReliabilityCurve.Multiclass([0.9f, 0.1f], [0], bins: 10).Bins[0];

        Assert.That((empty.Count, empty.Confidence, empty.Share.Low), Is.EqualTo((0L, double.NaN, double.NaN)));
    }

    // Wilson 1927; the figures are those of Newcombe 1998, table I, method 3: 81/263 and 15/148, 0/20, 1/29.
    [TestCase(81, 263, 0.2553, 0.3662)]
    [TestCase(15, 148, 0.0624, 0.1605)]
    [TestCase(0, 20, 0.0000, 0.1611)]
    [TestCase(1, 29, 0.0061, 0.1718)]
    public void Wilsons_interval_is_the_published_one(int hits, int rows, double low, double high)
    {
        var interval = Interval.Wilson(hits, rows);

        Assert.That(new[] { interval.Low, interval.High }, Is.EqualTo(new[] { low, high }).Within(5e-5));
    }
}
