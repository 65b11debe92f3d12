using GraphTune.Engine;
using GraphTune.Gnn.Statistics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class IntervalTests
{
    [Test]
    public void Students_interval_of_a_mean_is_met()
    {
        var interval = Interval.OfMean([1, 2, 3, 4, 5]);
        var reach = 2.776445105197793 * Math.Sqrt(2.5) / Math.Sqrt(5);

        Assert.That(interval.Estimate, Is.EqualTo(3));
        Assert.That(interval.Low, Is.EqualTo(3 - reach).Within(1e-9));
        Assert.That(interval.High, Is.EqualTo(3 + reach).Within(1e-9));
    }

    [Test]
    public void A_single_value_has_no_interval_and_detects_nothing()
    {
        var interval = Interval.OfMean([0.7]);

        Assert.That(interval, Is.EqualTo(new Interval(0.7, double.NaN, double.NaN)));
        Assert.That(interval.SpansZero);
    }

    [TestCase(-1, 1, true)]
    [TestCase(0, 1, true)]
    [TestCase(-1, 0, true)]
    [TestCase(0, 0, true)]
    [TestCase(1e-9, 1, false)]
    [TestCase(-1, -1e-9, false)]
    public void Zero_on_the_border_is_spanned(double low, double high, bool spans) =>
        Assert.That(new Interval(0, low, high).SpansZero, Is.EqualTo(spans));

    [TestCase(3)]
    [TestCase(10)]
    public void Of_normal_samples_95_in_100_intervals_hold_the_truth(int seeds)
    {
        var rng = new Rng(11);
        var held = 0;
        for (var trial = 0; trial < 4000; trial++)
        {
            var interval = Interval.OfMean([.. Enumerable.Range(0, seeds).Select(_ => 5.0 + rng.NextNormal())]);
            if (interval.Low <= 5 && interval.High >= 5) held++;
        }

        // Three standard errors of 4000 trials are 1.0 %.
        Assert.That(held / 4000.0, Is.EqualTo(0.95).Within(0.0104));
    }

    [Test]
    public void A_run_that_failed_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Interval.OfMean([1, double.NaN]));
        Assert.Throws<ArgumentException>(() => Interval.OfMean([]));
    }

    [Test]
    public void Quantiles_lie_on_straight_lines_between_values()
    {
        double[] sorted = [1, 2, 4, 8];

        Assert.That(new[] { 0, 0.5, 0.75, 1 }.Select(share => Sample.Quantile(sorted, share)), Is.EqualTo([1, 3, 5, 8]));
    }
}
