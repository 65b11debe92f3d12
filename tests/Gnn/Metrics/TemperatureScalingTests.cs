using GraphTune.Engine;
using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class TemperatureScalingTests
{
    private static int[] Rows(int n) => [.. Enumerable.Range(0, n)];

    // Three of four rows of class 1, all with logit 4: the best σ(4/T) is 3/4, so T = 4 / ln 3.
    [Test]
    public void The_best_temperature_of_one_logit_is_a_closed_form() =>
        Assert.That(TemperatureScaling.Fit([4, 4, 4, 4], 1, [1, 1, 0, 1], Rows(4)), Is.EqualTo(4 / Math.Log(3)).Within(1e-9));

    // Softmax over {a, 0, 0} is right in 8 of 10: e^(a/T) / (e^(a/T) + 2) = 0.8, a/T = ln 8.
    [Test]
    public void Of_several_classes_too()
    {
        double[] x = [.. Rows(10).SelectMany(_ => new[] { 5.0, 0, 0 })];

        Assert.That(TemperatureScaling.Fit(x, 3, [0, 0, 0, 0, 0, 0, 0, 0, 1, 2], Rows(10)), Is.EqualTo(5 / Math.Log(8)).Within(1e-9));
    }

    [Test]
    public void It_is_where_the_loss_is_least([Values(1, 2, 5)] int columns)
    {
        const int rows = 300;
        var rng = new Rng(4);
        double[] x = [.. Rows(rows * columns).Select(_ => 12.0 * rng.NextSingle() - 6)];
        int[] y = [.. Rows(rows).Select(i => rng.Next(4) == 0 ? rng.Next(Math.Max(columns, 2)) : columns == 1 ? (x[i] > 0 ? 1 : 0) : Enumerable.Range(0, columns).MaxBy(c => x[i * columns + c]))];

        var t = TemperatureScaling.Fit(x, columns, y, Rows(rows));
        var least = TemperatureScaling.LogLoss(x, columns, y, Rows(rows), t);

        Assert.That(t, Is.InRange(0.1, 10));
        foreach (var other in new[] { 0.9, 0.99, 0.999, 1.001, 1.01, 1.1 })
            Assert.That(TemperatureScaling.LogLoss(x, columns, y, Rows(rows), t * other), Is.GreaterThan(least));
    }

    [Test]
    public void The_log_loss_is_the_naive_one()
    {
        double[] x = [1, -2, 0.5, 3, 3, -1];
        int[] y = [2, 0];
        var naive = new[] { 0, 1 }.Average(i => -Math.Log(Math.Exp(x[3 * i + y[i]] / 2) / Enumerable.Range(0, 3).Sum(c => Math.Exp(x[3 * i + c] / 2))));

        Assert.That(TemperatureScaling.LogLoss(x, 3, y, Rows(2), 2), Is.EqualTo(naive).Within(1e-12));
        Assert.That(TemperatureScaling.LogLoss([1, -2], 1, [1, 1], Rows(2)), Is.EqualTo((Math.Log(1 + Math.Exp(-1)) + Math.Log(1 + Math.Exp(2))) / 2).Within(1e-12));
    }

    [Test]
    public void Rows_without_an_optimum_stop_at_the_border_and_missing_labels_count_nowhere()
    {
        Assert.That(TemperatureScaling.Fit([2, -1], 1, [1, 0], Rows(2)), Is.EqualTo(1 / TemperatureScaling.Most), "all right: the surer the better");
        Assert.That(TemperatureScaling.Fit([2, -1], 1, [0, 1], Rows(2)), Is.EqualTo(TemperatureScaling.Most), "all wrong: no certainty is small enough");
        Assert.That(TemperatureScaling.Fit([2], 1, [-1], Rows(1)), Is.EqualTo(1));
        Assert.That(TemperatureScaling.Fit([4, 4, 4, 4, -9], 1, [1, 1, 0, 1, -1], Rows(5)), Is.EqualTo(4 / Math.Log(3)).Within(1e-9));
    }

    [Test]
    public void Bad_input_is_named()
    {
        Assert.That(() => TemperatureScaling.Fit([1, 2], 1, [0], Rows(1)), Throws.ArgumentException.With.Message.Contains("2 logits do not fit 1 labels"));
        Assert.That(() => TemperatureScaling.Fit([1], 1, [2], Rows(1)), Throws.ArgumentException.With.Message.Contains("label 2 of row 0"));
        Assert.That(() => TemperatureScaling.Fit([double.NaN], 1, [1], Rows(1)), Throws.ArgumentException.With.Message.Contains("row 0 is NaN"));
    }
}
