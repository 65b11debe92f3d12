using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class LabelBudgetTests
{
    private static readonly NodeDataset Data = new SyntheticCommunities { Nodes = 300, Edges = 1200, Communities = 8, Classes = 4, Features = 4, TrainPerClass = 9, Validation = 60, Splits = 2 }.Build();

    [Test]
    public void Every_class_keeps_as_many_training_nodes_and_the_rest_stays()
    {
        var less = Data.WithLabels(3);

        foreach (var (before, after) in Data.Splits.Zip(less.Splits))
        {
            Assert.That(after.Train.GroupBy(n => Data.Labels[n]).Select(g => g.Count()), Is.EqualTo(new[] { 3, 3, 3, 3 }));
            Assert.That(after.Train, Is.SubsetOf(before.Train).And.Ordered);
            Assert.That(after.Validation, Is.EqualTo(before.Validation));
            Assert.That(after.Test, Is.SameAs(before.Test));
        }
    }

    [Test]
    public void A_larger_budget_holds_the_smaller_one() =>
        Assert.That(Data.WithLabels(3).Splits[0].Train, Is.SubsetOf(Data.WithLabels(5).Splits[0].Train));

    [Test]
    public void More_than_there_are_is_refused() =>
        Assert.That(() => Data.WithLabels(10), Throws.TypeOf<InvalidDataException>().With.Message.Match("has 9 training nodes of class .; 10 are wanted"));
}
