using GraphTune.Engine;
using GraphTune.Gnn.Statistics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class BootstrapTests
{
    [Test]
    public void The_same_seed_gives_the_same_bits_and_another_does_not()
    {
        double[] values = [.. Any.Values(20).Select(value => (double)value)];

        Assert.That(Bootstrap.OfMean(values, seed: 3), Is.EqualTo(Bootstrap.OfMean(values, seed: 3)));
        Assert.That(Bootstrap.OfMean(values, seed: 3), Is.Not.EqualTo(Bootstrap.OfMean(values, seed: 4)));
    }

    [Test]
    public void Of_many_runs_it_agrees_with_the_normal_interval_of_the_mean()
    {
        var rng = new Rng(2);
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => (double)rng.NextNormal())];

        var (drawn, student) = (Bootstrap.OfMean(values), Interval.OfMean(values));

        Assert.That(drawn.Estimate, Is.EqualTo(student.Estimate).Within(1e-15));
        Assert.That(drawn.Low, Is.EqualTo(student.Low).Within(0.005));
        Assert.That(drawn.High, Is.EqualTo(student.High).Within(0.005));
    }

    [Test]
    public void Two_runs_are_drawn_as_the_binomial_says()
    {
        // The mean of two draws from {0, 1} is 0, ½, 1 with chances ¼, ½, ¼.
        Assert.That(Bootstrap.OfMean([0, 1], level: 0.6), Is.EqualTo(new Interval(0.5, 0, 1)));
        Assert.That(Bootstrap.OfMean([0, 1], level: 0.4), Is.EqualTo(new Interval(0.5, 0.5, 0.5)));
    }

    [Test]
    public void A_statistic_sees_pairs_as_pairs()
    {
        double[] x = [1, 2, 3, 4], y = [11, 12, 13, 14];

        var interval = Bootstrap.Of(4, drawn =>
        {
            var sum = 0.0;
            foreach (var run in drawn) sum += y[run] - x[run];
            return sum / drawn.Length;
        });

        Assert.That(interval, Is.EqualTo(new Interval(10, 10, 10)));
    }

    [Test]
    public void Infinities_are_ends_like_others() =>
        Assert.That(Bootstrap.Of(3, drawn => drawn[0] == 0 ? double.PositiveInfinity : 1).High, Is.EqualTo(double.PositiveInfinity));

    [Test]
    public void One_run_has_no_interval() =>
        Assert.That(Bootstrap.OfMean([2]), Is.EqualTo(new Interval(2, double.NaN, double.NaN)));

    [Test]
    public void A_statistic_that_gives_NaN_is_refused() =>
        Assert.Throws<ArgumentException>(() => Bootstrap.Of(3, _ => double.NaN));
}
