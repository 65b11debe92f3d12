using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class RegressionErrorsTests
{
    [Test]
    public void The_textbook_example_is_met()
    {
        var errors = RegressionErrors.Of([2.5f, 0f, 2f, 8f], [3f, -0.5f, 2f, 7f]);

        Assert.That(errors.MeanAbsolute, Is.EqualTo(0.5));
        Assert.That(errors.MeanSquared, Is.EqualTo(0.375));
        Assert.That(errors.RootMeanSquared, Is.EqualTo(Math.Sqrt(0.375)));
        Assert.That(errors.R2, Is.EqualTo(1 - 1.5 / 29.1875).Within(1e-15));
    }

    [Test]
    public void The_spread_is_measured_about_the_mean_of_far_values() =>
        Assert.That(RegressionErrors.Of([16777216f, 16777220f], [16777216f, 16777218f]).R2, Is.EqualTo(-1).Within(1e-12));

    [Test]
    public void A_missing_true_value_counts_nowhere() =>
        Assert.That(RegressionErrors.Of([1, 5, 3], [1, float.NaN, 1]), Is.EqualTo(RegressionErrors.Of([1, 3], [1, 1])));

    [Test]
    public void Without_spread_R2_is_undefined() =>
        Assert.That(RegressionErrors.Of([1, 1], [1, 1]).R2, Is.NaN);

    [Test]
    public void A_NaN_prediction_is_refused() =>
        Assert.Throws<ArgumentException>(() => RegressionErrors.Of([float.NaN], [1]));
}
