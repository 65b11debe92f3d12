using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class RandomSplitsTests
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 300).Select(node => node % 10 == 9 ? -1 : node % 3)];

    [Test]
    public void Each_class_teaches_and_validates_equally_and_the_rest_tests()
    {
        var split = RandomSplits.PerClass("toy", Labels, classes: 3, train: 20, validation: 30, seed: 7);

        Assert.That(split.Train.CountBy(row => Labels[row]).Select(pair => pair.Value), Is.EqualTo(new[] { 20, 20, 20 }));
        Assert.That(split.Validation.CountBy(row => Labels[row]).Select(pair => pair.Value), Is.EqualTo(new[] { 30, 30, 30 }));
        Assert.That(split.Train.Concat(split.Validation).Concat(split.Test.Open()).Order(), Is.EqualTo(Enumerable.Range(0, 300).Where(row => Labels[row] >= 0)));
    }

    [Test]
    public void The_seed_alone_decides()
    {
        var split = RandomSplits.PerClass("toy", Labels, 3, 20, 30, seed: 7);

        Assert.That(RandomSplits.PerClass("toy", Labels, 3, 20, 30, seed: 7).Train, Is.EqualTo(split.Train));
        Assert.That(RandomSplits.PerClass("toy", Labels, 3, 20, 30, seed: 8).Train, Is.Not.EqualTo(split.Train));
    }

    [Test]
    public void Validation_rows_may_be_drawn_from_all_classes_at_once()
    {
        var split = RandomSplits.PerClassThenAny("toy", Labels, classes: 3, train: 5, validation: 100, seed: 7);

        Assert.That((split.Train.Length, split.Validation.Length, split.Test.Count), Is.EqualTo((15, 100, 155)));
        Assert.That(split.Train.Concat(split.Validation).Concat(split.Test.Open()), Is.Unique);
    }

    [Test]
    public void A_class_with_too_few_nodes_is_named() =>
        Assert.That(() => RandomSplits.PerClass("toy", Labels, 3, 60, 30, 0), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("toy: class 0 has 90 nodes; 60 for training, 30 for validation and one for the test are needed."));

    [Test]
    public void Folds_test_each_row_once_and_give_each_class_its_share()
    {
        int[] labels = [.. Enumerable.Range(0, 40).Select(row => row < 30 ? 0 : 1)];

        var folds = RandomSplits.Folds("toy", labels, classes: 2, folds: 10, seed: 3);

        Assert.That(folds.SelectMany(fold => fold.Test.Open()).Order(), Is.EqualTo(Enumerable.Range(0, 40)));
        Assert.That(folds.Select(fold => fold.Test.Open().Count(row => labels[row] == 1)), Is.All.EqualTo(1));
        Assert.That(folds.Select(fold => (fold.Train.Length, fold.Validation.Length)), Is.All.EqualTo((36, 0)));
        Assert.That(RandomSplits.Folds("toy", labels, 2, 10, seed: 3)[4].Train, Is.EqualTo(folds[4].Train));
        Assert.That(() => RandomSplits.Folds("toy", [0, 1], 2, 3, 0), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("toy: 2 rows do not fill 3 folds."));
    }
}
