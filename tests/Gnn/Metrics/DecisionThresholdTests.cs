using GraphTune.Engine;
using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class DecisionThresholdTests
{
    private static double Naive(double t, double[] p, int[] y, ThresholdGoal goal, double alarm, double miss)
    {
        double tp = 0, fp = 0, fn = 0, tn = 0;
        for (var i = 0; i < y.Length; i++)
            if (y[i] >= 0) _ = (p[i] > t, y[i]) switch { (true, 1) => tp++, (true, _) => fp++, (false, 1) => fn++, _ => tn++ };
        return goal switch
        {
            ThresholdGoal.F1 => 2 * tp / (2 * tp + fp + fn),
            ThresholdGoal.BalancedAccuracy => (tp / (tp + fn) + tn / (tn + fp)) / 2,
            ThresholdGoal.Youden => tp / (tp + fn) + tn / (tn + fp) - 1,
            _ => -(alarm * fp + miss * fn) / (tp + fp + fn + tn),
        };
    }

    [Test]
    public void No_other_threshold_is_better([Values] ThresholdGoal goal, [Values(5, 40)] int rows, [Values(0u, 1u, 2u)] uint draw)
    {
        var rng = new Rng(7, draw);
        double[] p = [.. Enumerable.Range(0, rows).Select(_ => rng.Next(20) / 19.0)];   // with ties
        int[] y = [.. p.Select((v, i) => i == 0 ? 1 : i == 1 ? 0 : rng.Next(5) == 0 ? -1 : rng.NextSingle() < v ? 1 : 0)];

        var found = DecisionThreshold.Choose(p, y, goal, falsePositive: 1, falseNegative: 3);

        var value = Naive(found.Threshold, p, y, goal, 1, 3);
        Assert.That(goal == ThresholdGoal.Cost ? -found.Value : found.Value, Is.EqualTo(value).Within(1e-12));
        for (var k = 0; k <= 1000; k++) Assert.That(Naive(k / 1000.0, p, y, goal, 1, 3), Is.LessThanOrEqualTo(value + 1e-12));
    }

    [Test]
    public void Of_equals_it_takes_the_one_nearest_a_half()
    {
        Assert.That(DecisionThreshold.Choose([0.2, 0.9], [0, 1], ThresholdGoal.F1), Is.EqualTo(new DecisionThreshold(0.5, 1)));
        Assert.That(DecisionThreshold.Choose([0.1, 0.2], [0, 1], ThresholdGoal.Youden).Threshold, Is.EqualTo(0.15).Within(1e-12));
    }

    // With calibrated probabilities the cheapest threshold is c₊ / (c₊ + c₋) (Elkan 2001).
    [Test]
    public void Of_calibrated_probabilities_the_cheapest_is_the_ratio_of_costs()
    {
        var rng = new Rng(3);
        double[] p = [.. Enumerable.Range(0, 200_000).Select(_ => (double)rng.NextSingle())];
        int[] y = [.. p.Select(v => rng.NextSingle() < v ? 1 : 0)];

        Assert.That(DecisionThreshold.Choose(p, y, ThresholdGoal.Cost, falsePositive: 1, falseNegative: 4).Threshold, Is.EqualTo(0.2).Within(0.02));
    }

    [Test]
    public void Rows_of_one_class_choose_nothing_and_bad_input_is_named()
    {
        Assert.That(DecisionThreshold.Choose([0.9, 0.1], [1, -1], ThresholdGoal.F1), Is.EqualTo(new DecisionThreshold(0.5, double.NaN)));
        Assert.That(() => DecisionThreshold.Choose([1.5], [1], ThresholdGoal.F1), Throws.ArgumentException.With.Message.Contains("1.5 of row 0"));
        Assert.That(() => DecisionThreshold.Choose([0.5], [2], ThresholdGoal.F1), Throws.ArgumentException.With.Message.Contains("label 2"));
        Assert.That(() => DecisionThreshold.Choose([0.5], [1], ThresholdGoal.Cost, falsePositive: -1), Throws.ArgumentException.With.Message.Contains("-1"));
    }
}
