using GraphTune.Engine;
using GraphTune.Gnn.Statistics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class IsotonicTests
{
    [TestCase(new[] { 1.0, 2, 3 }, new[] { 1.0, 2, 3 })]
    [TestCase(new[] { 1.0, 3, 2, 4 }, new[] { 1, 2.5, 2.5, 4 })]
    [TestCase(new[] { 3.0, 2, 1 }, new[] { 2.0, 2, 2 })]
    [TestCase(new double[0], new double[0])]
    public void Neighbours_that_fall_are_pooled(double[] values, double[] rising) =>
        Assert.That(Isotonic.Rising(values), Is.EqualTo(rising).Within(1e-12));

    // y_i = max over a ≤ i of min over b ≥ i of the mean from a to b (Barlow et al. 1972).
    [Test]
    public void Agrees_with_the_formula_of_means()
    {
        var rng = new Rng(3);
        double[] v = [.. Enumerable.Range(0, 30).Select(i => 0.02 * i + rng.NextWord() / 4294967296.0)];

        var formula = Enumerable.Range(0, v.Length).Select(i => Enumerable.Range(0, i + 1).Max(a => Enumerable.Range(i, v.Length - i).Min(b => v[a..(b + 1)].Average())));

        Assert.That(Isotonic.Rising(v), Is.EqualTo(formula).Within(1e-12));
    }
}
