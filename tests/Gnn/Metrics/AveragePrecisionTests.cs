using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class AveragePrecisionTests
{
    [Test]
    public void The_textbook_example_gives_five_sixths() =>
        Assert.That(AveragePrecision.Of([0.1f, 0.4f, 0.35f, 0.8f], [0, 0, 1, 1]), Is.EqualTo(5.0 / 6).Within(1e-15));

    [TestCase(3)]
    [TestCase(1000)]
    public void It_equals_the_sum_over_distinct_thresholds(int levels)
    {
        var (scores, labels) = Rankings.Drawn(150, levels, seed: 8);

        var (expected, recall) = (0.0, 0.0);
        foreach (var threshold in scores.Distinct().OrderDescending())
        {
            var taken = scores.Count(s => s >= threshold);
            var hits = scores.Zip(labels).Count(pair => pair.First >= threshold && pair.Second == 1);
            expected += ((double)hits / labels.Sum() - recall) * hits / taken;
            recall = (double)hits / labels.Sum();
        }

        Assert.That(AveragePrecision.Of(scores, labels), Is.EqualTo(expected).Within(1e-13));
    }

    [Test]
    public void Constant_scores_give_the_share_of_positives() =>
        Assert.That(AveragePrecision.Of([1, 1, 1, 1], [1, 0, 0, 0]), Is.EqualTo(0.25));

    [Test]
    public void Without_a_positive_it_is_undefined() =>
        Assert.That(AveragePrecision.Of([1, 2], [0, 0]), Is.NaN);

    [Test]
    public void A_missing_label_counts_nowhere() =>
        Assert.That(AveragePrecision.Of([3, 2, 1], [1, -1, 1]), Is.EqualTo(1));

    [Test]
    public void Of_several_tasks_it_is_the_mean_over_those_with_a_positive() =>
        Assert.That(new AveragePrecision(tasks: 2).Evaluate([1, 0, 2, 0, 3, 0], [1, 0, 0, 0, 1, 0], [0, 1, 2]), Is.EqualTo(5.0 / 6).Within(1e-15));

    [Test]
    public void A_NaN_score_is_refused() =>
        Assert.Throws<ArgumentException>(() => AveragePrecision.Of([1, float.NaN], [0, 1]));
}
