using GraphTune.Gnn.Reporting.Html;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class AxisTests
{
    [TestCase(new[] { 0.0, 60 }, "0 20 40 60")]
    [TestCase(new[] { -0.31, 0.27 }, "−0.4 −0.2 0.0 0.2 0.4")]
    [TestCase(new[] { 78.04, 78.31 }, "78.0 78.1 78.2 78.3 78.4")]
    [TestCase(new[] { 5.0, 5, double.NaN }, "4.4 4.6 4.8 5.0 5.2 5.4 5.6")]
    [TestCase(new double[0], "0.0 0.2 0.4 0.6 0.8 1.0")]
    [TestCase(new[] { 1e6, 3e6 }, "1000000 1500000 2000000 2500000 3000000")]
    public void Marks_round_numbers_that_hold_every_value(double[] values, string expected)
    {
        var axis = Axis.Over(values, 0, 100);

        Assert.That(string.Join(' ', axis.Ticks.Select(axis.Text)), Is.EqualTo(expected));
        Assert.That(values.Where(double.IsFinite), Is.All.InRange(axis.Low, axis.High));
    }

    [Test]
    public void Draws_ends_at_ends()
    {
        var axis = Axis.Over([0, 10], from: 200, to: 20);

        Assert.That(axis.At(axis.Low), Is.EqualTo(200));
        Assert.That(axis.At(axis.High), Is.EqualTo(20));
    }
}
