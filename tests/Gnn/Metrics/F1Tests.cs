using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class F1Tests
{
    // Rows: class 0 four times (3 found), class 1 three times (1 found), class 2 once (never predicted), class 3 absent.
    private static readonly ConfusionMatrix Counts = new([0, 0, 0, 1, 1, 0, 0, 1], [0, 0, 0, 0, 1, 1, 1, 2], classes: 4);

    [Test]
    public void The_matrix_counts_by_label_and_prediction()
    {
        Assert.That(Counts[0, 0], Is.EqualTo(3));
        Assert.That(Counts[0, 1], Is.EqualTo(1));
        Assert.That(Counts[1, 0], Is.EqualTo(2));
        Assert.That(Counts[2, 1], Is.EqualTo(1));
        Assert.That(Counts.Total, Is.EqualTo(8));
    }

    [Test]
    public void Precision_recall_and_F1_of_a_class_follow_from_the_counts()
    {
        Assert.That(Counts.Precision(1), Is.EqualTo(1.0 / 3).Within(1e-15));
        Assert.That(Counts.Recall(1), Is.EqualTo(1.0 / 3).Within(1e-15));
        Assert.That(Counts.Precision(0), Is.EqualTo(3.0 / 5).Within(1e-15));
        Assert.That(Counts.F1(0), Is.EqualTo(2.0 / 3).Within(1e-15));
    }

    [Test]
    public void A_class_without_a_hit_has_F1_0() =>
        Assert.That(new[] { Counts.F1(2), Counts.F1(3), Counts.Precision(2), Counts.Recall(3) }, Is.All.Zero);

    [TestCase(F1Average.Macro, (2.0 / 3 + 1.0 / 3) / 4)]
    [TestCase(F1Average.Micro, 0.5)]
    [TestCase(F1Average.Weighted, (4 * 2.0 / 3 + 3 * 1.0 / 3) / 8)]
    [TestCase(F1Average.Binary, 1.0 / 3)]
    public void Averages_follow_their_definitions(F1Average average, double expected) =>
        Assert.That(F1.Of(Counts, average), Is.EqualTo(expected).Within(1e-15));

    [Test]
    public void Matthews_correlation_has_the_textbook_value()
    {
        var counts = new ConfusionMatrix([1, 0, 1, 1], [1, 1, 1, 0], classes: 2);

        Assert.That(counts.Matthews, Is.EqualTo(-1.0 / 3).Within(1e-15));
    }

    [Test]
    public void Matthews_correlation_of_a_constant_prediction_is_0() =>
        Assert.That(new ConfusionMatrix([1, 1, 1], [0, 1, 0], classes: 2).Matthews, Is.Zero);

    [Test]
    public void A_missing_label_counts_nowhere() =>
        Assert.That(new ConfusionMatrix([0, 1, 1], [0, -1, 1], classes: 2).Total, Is.EqualTo(2));

    [Test]
    public void It_reads_logits_as_every_metric_does()
    {
        float[] logits = [1, 0, 0, 1, 1, 0, 0, 1];

        Assert.That(new F1(F1Average.Macro).Evaluate(logits, [0, 1, 1, 1], [0, 1, 2, 3]), Is.EqualTo((2.0 / 3 + 4.0 / 5) / 2).Within(1e-15));
        Assert.That(new F1(F1Average.Binary).Evaluate(logits, [0, 1, 1, 1], [0, 1, 2, 3]), Is.EqualTo(4.0 / 5).Within(1e-15));
    }

    [Test]
    public void Without_rows_it_is_undefined() =>
        Assert.That(new F1(F1Average.Macro).Evaluate([1, 0], [0], []), Is.NaN);

    [Test]
    public void The_F1_of_class_1_needs_two_classes() =>
        Assert.Throws<ArgumentException>(() => new F1(F1Average.Binary).Evaluate([1, 0, 0], [0], [0]));
}
