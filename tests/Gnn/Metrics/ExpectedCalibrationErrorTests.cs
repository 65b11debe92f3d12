using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ExpectedCalibrationErrorTests
{
    [Test]
    public void It_is_the_mean_gap_between_confidence_and_share_right() =>
        Assert.That(ExpectedCalibrationError.Binary([0.25f, 0.25f, 0.75f, 0.75f], [0, 1, 1, 1], bins: 2), Is.EqualTo((0.25 + 0.25) / 2).Within(1e-15));

    [Test]
    public void A_border_belongs_to_the_bin_below()
    {
        // 0.5 joins (0, 0.5], where its gap cancels against that of 0.25; in a bin of its own it would not.
        Assert.That(ExpectedCalibrationError.Binary([0.5f, 0.25f, 0.25f], [1, 0, 0], bins: 2), Is.EqualTo(0).Within(1e-15));
        Assert.That(ExpectedCalibrationError.Binary([0.5f, 0.25f, 0.25f], [1, 0, 0], bins: 3), Is.EqualTo(1.0 / 3).Within(1e-15));
    }

    [Test]
    public void Every_border_that_is_a_float_falls_below_for_any_number_of_bins([Values(2, 4, 5, 10, 15, 16, 49, 100)] int bins)
    {
        for (var k = 0; k <= bins; k++)
        {
            var border = (float)((double)k / bins);
            var own = (double)border <= (double)k / bins ? k - 1 : k;
            var middle = (float)((Math.Max(own, 0) + 0.5) / bins);

            // Two opposite gaps cancel only inside one bin.
            var together = ExpectedCalibrationError.Binary([border, middle, middle], [1, 0, 0], bins);

            Assert.That(together, Is.EqualTo(Math.Abs(1.0 - border - 2.0 * middle) / 3).Within(1e-12), $"border {k}/{bins}");
        }
    }

    [Test]
    public void Certainty_of_0_and_of_1_are_counted() =>
        Assert.That(ExpectedCalibrationError.Binary([0, 1], [1, 0]), Is.EqualTo(1));

    [Test]
    public void Of_several_classes_the_largest_probability_is_the_confidence() =>
        Assert.That(ExpectedCalibrationError.Multiclass([0.5f, 0.25f, 0.25f, 0.125f, 0.75f, 0.125f], [0, 2]), Is.EqualTo((0.5 + 0.75) / 2).Within(1e-15));

    [Test]
    public void Logits_become_probabilities_first()
    {
        var third = (float)Math.Log(3);
        var metric = new ExpectedCalibrationError(bins: 4);

        Assert.That(metric.Evaluate([third, 0, third, 0], [0, 1], [0, 1]), Is.EqualTo(0.25).Within(1e-7));
        Assert.That(metric.Evaluate([third, third], [0, 1], [0, 1]), Is.EqualTo(0.25).Within(1e-7));
        Assert.That(metric.Evaluate([1000, 0, 1000, 0], [0, 0], [0, 1]), Is.Zero);
    }

    [Test]
    public void A_missing_label_counts_nowhere()
    {
        Assert.That(ExpectedCalibrationError.Binary([1, 0], [1, -1]), Is.Zero);
        Assert.That(ExpectedCalibrationError.Multiclass([0, 1, 1, 0, 0, 1], [-1, 0, 1]), Is.Zero);
    }

    [TestCase(float.NaN)]
    [TestCase(1.5f)]
    [TestCase(-0.1f)]
    public void What_is_no_probability_is_refused(float probability)
    {
        Assert.Throws<ArgumentException>(() => ExpectedCalibrationError.Binary([probability], [1]));
        Assert.Throws<ArgumentException>(() => ExpectedCalibrationError.Multiclass([probability, probability], [1]));
    }

    [Test]
    public void A_NaN_logit_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ExpectedCalibrationError().Evaluate([float.NaN, 0], [0], [0]));
}
