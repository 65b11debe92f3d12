using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class RocAucTests
{
    [Test]
    public void The_textbook_example_gives_three_quarters() =>
        Assert.That(RocAuc.Of([0.1f, 0.4f, 0.35f, 0.8f], [0, 0, 1, 1]), Is.EqualTo(0.75));

    [TestCase(2)]
    [TestCase(7)]
    [TestCase(1000)]
    public void It_equals_the_count_over_all_pairs_with_ties_as_halves(int levels)
    {
        var (scores, labels) = Rankings.Drawn(200, levels, seed: 5);

        var expected = (
            from p in Enumerable.Range(0, labels.Length)
            where labels[p] == 1
            from n in Enumerable.Range(0, labels.Length)
            where labels[n] == 0
            select scores[p] > scores[n] ? 1.0 : scores[p] == scores[n] ? 0.5 : 0.0).Average();

        Assert.That(RocAuc.Of(scores, labels), Is.EqualTo(expected).Within(1e-14));
    }

    [Test]
    public void The_order_of_rows_does_not_matter()
    {
        var (scores, labels) = Rankings.Drawn(100, levels: 4, seed: 6);
        var value = RocAuc.Of(scores, labels);

        Array.Reverse(scores);
        Array.Reverse(labels);

        Assert.That(RocAuc.Of(scores, labels), Is.EqualTo(value));
    }

    [Test]
    public void Constant_scores_give_exactly_one_half() =>
        Assert.That(RocAuc.Of([3, 3, 3, 3, 3], [0, 1, 0, 1, 1]), Is.EqualTo(0.5));

    [Test]
    public void Infinite_scores_rank_as_numbers_do() =>
        Assert.That(RocAuc.Of([float.NegativeInfinity, 0, float.PositiveInfinity], [0, 0, 1]), Is.EqualTo(1));

    [Test]
    public void With_one_class_only_it_is_undefined() =>
        Assert.That(RocAuc.Of([1, 2, 3], [1, 1, 1]), Is.NaN);

    [Test]
    public void A_NaN_score_is_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => RocAuc.Of([1, float.NaN], [0, 1]))!.Message, Does.Contain("row 1 is NaN"));

    [Test]
    public void A_label_other_than_0_and_1_is_refused() =>
        Assert.Throws<ArgumentException>(() => RocAuc.Of([1, 2], [0, 2]));

    [Test]
    public void Two_logits_a_row_rank_by_their_difference() =>
        Assert.That(new RocAuc().Evaluate([5, 1, 9, 0, 0, 0, 3, 9], [0, 0, 1, 1], [0, 1, 2, 3]), Is.EqualTo(1));

    [Test]
    public void Of_several_tasks_it_is_the_mean_over_those_with_both_classes()
    {
        float[] logits = [1, 9, 0, 2, 8, 1, 3, 7, 2];
        int[] labels = [0, 1, 1, 1, -1, 1, 0, 0, -1];

        // Task 0: 2 against 1 and 3 = ½. Task 1: 9 against 7 = 1, the missing label aside. Task 2: positives only.
        Assert.That(new RocAuc(tasks: 3).Evaluate(logits, labels, [0, 1, 2]), Is.EqualTo(0.75));
    }

    [Test]
    public void More_than_two_logits_for_one_task_are_refused() =>
        Assert.Throws<ArgumentException>(() => new RocAuc().Evaluate(new float[6], [0, 1], [0, 1]));
}
