using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class AccuracyTests
{
    private static readonly float[] Logits = [2, 1, 0, 0, 3, 1, 1, 1, 0, -1, -2, -3];
    private static readonly int[] Labels = [0, 1, 2, 0];

    [Test]
    public void Counts_the_rows_whose_largest_logit_is_right() =>
        Assert.That(new Accuracy().Evaluate(Logits, Labels, [0, 1, 2, 3]), Is.EqualTo(0.75));

    [Test]
    public void Only_the_given_rows_count() =>
        Assert.That(new Accuracy().Evaluate(Logits, Labels, [2, 3]), Is.EqualTo(0.5));

    [Test]
    public void Of_equal_logits_the_first_class_is_predicted() =>
        Assert.That(new Accuracy().Evaluate([1, 1, 1, 1], [0, 1], [0, 1]), Is.EqualTo(0.5));

    [Test]
    public void One_logit_a_row_predicts_class_1_above_0() =>
        Assert.That(new Accuracy().Evaluate([-1, 2, 0, 3], [0, 1, 0, 0], [0, 1, 2, 3]), Is.EqualTo(0.75));

    [Test]
    public void A_missing_label_counts_nowhere() =>
        Assert.That(new Accuracy().Evaluate(Logits, [0, -1, 0, 1], [0, 1, 2, 3]), Is.EqualTo(2.0 / 3));

    [Test]
    public void Without_a_labelled_row_it_is_undefined() =>
        Assert.That(new Accuracy().Evaluate(Logits, Labels, []), Is.NaN);

    [Test]
    public void A_NaN_logit_is_refused_with_its_place()
    {
        var error = Assert.Throws<ArgumentException>(() => new Accuracy().Evaluate([0, 1, 0, float.NaN], [0, 1], [0, 1]));

        Assert.That(error!.Message, Does.Contain("row 1, column 1 is NaN"));
    }

    [Test]
    public void Logits_that_do_not_fit_the_labels_are_refused() =>
        Assert.Throws<ArgumentException>(() => new Accuracy().Evaluate([0, 1, 2], [0, 1], [0]));

    [Test]
    public void A_label_beyond_the_classes_is_refused() =>
        Assert.Throws<ArgumentException>(() => new Accuracy().Evaluate(Logits, [0, 1, 3, 0], [2]));
}
