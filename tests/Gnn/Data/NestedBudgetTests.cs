using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class NestedBudgetTests
{
    // Rows 100 to 399: 150 of class 0, 100 of class 1, 50 of class 2.
    private static readonly int[] Classes = [.. Enumerable.Range(0, 400).Select(row => (row % 6) switch { < 3 => 0, < 5 => 1, _ => 2 })];
    private static readonly int[] Train = [.. Enumerable.Range(100, 300)];

    private static int[] Draw(int labels, ulong seed = 0) => NestedBudget.Draw("made", Train, Classes, labels, seed);

    [Test]
    public void A_larger_budget_holds_a_smaller_one()
    {
        int[][] drawn = [.. new[] { 3, 10, 11, 30, 100, 300 }.Select(b => Draw(b))];

        foreach (var (small, large) in drawn.Zip(drawn.Skip(1))) Assert.That(small, Is.SubsetOf(large));
        Assert.That(drawn[^1], Is.EqualTo(Train));
    }

    [Test]
    public void Every_class_has_its_share([Values(3, 12, 30, 77, 150, 299)] int labels)
    {
        var count = new int[3];
        foreach (var row in Draw(labels, seed: 4)) count[Classes[row]]++;

        Assert.That(count.Sum(), Is.EqualTo(labels));
        Assert.That(count, Has.All.AtLeast(1));
        foreach (var (c, share) in new[] { 3 / 6.0, 2 / 6.0, 1 / 6.0 }.Index()) Assert.That(count[c], Is.EqualTo(labels * share).Within(1));
    }

    [Test]
    public void Seeds_draw_apart_and_again_the_same() => Assert.That(Draw(30, seed: 1), Is.EqualTo(Draw(30, seed: 1)).And.Not.EqualTo(Draw(30, seed: 2)));

    [Test]
    public void What_cannot_be_drawn_is_refused()
    {
        Assert.That(() => Draw(301), Throws.TypeOf<InvalidDataException>().With.Message.Contains("300"));
        Assert.That(() => Draw(2), Throws.TypeOf<InvalidDataException>().With.Message.Contains("at least 3"));
    }
}
