using GraphTune.Gnn.Statistics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class StudentTTests
{
    [TestCase(0.975, 1, 12.706204736174704)]
    [TestCase(0.975, 2, 4.302652729749464)]
    [TestCase(0.975, 3, 3.182446305283709)]
    [TestCase(0.975, 4, 2.776445105197793)]
    [TestCase(0.975, 5, 2.570581835636314)]
    [TestCase(0.975, 9, 2.262157162798205)]
    [TestCase(0.975, 10, 2.228138851964939)]
    [TestCase(0.975, 30, 2.042272456301238)]
    [TestCase(0.975, 100, 1.983971518449633)]
    [TestCase(0.975, 1000, 1.962339080876612)]
    [TestCase(0.95, 10, 1.812461122811676)]
    [TestCase(0.995, 10, 3.169272667175838)]
    public void Quantiles_are_those_of_the_tables(double probability, int degrees, double expected) =>
        Assert.That(StudentT.Quantile(probability, degrees), Is.EqualTo(expected).Within(1e-8));

    [Test]
    public void Closed_forms_are_met_far_into_the_tails([Values(1e-12, 1e-6, 0.001, 0.025, 0.3, 0.49)] double tail)
    {
        var p = tail * (1 - tail);
        var four = 2 * Math.Sqrt(Math.Cos(Math.Acos(Math.Sqrt(4 * p)) / 3) / Math.Sqrt(4 * p) - 1);

        Assert.That(-StudentT.Quantile(tail, 1) * Math.Tan(Math.PI * tail), Is.EqualTo(1).Within(1e-9));
        Assert.That(-StudentT.Quantile(tail, 2) / ((1 - 2 * tail) / Math.Sqrt(2 * p)), Is.EqualTo(1).Within(1e-10));
        Assert.That(-StudentT.Quantile(tail, 4) / four, Is.EqualTo(1).Within(1e-9));
    }

    [Test]
    public void Quantiles_are_symmetric([Values(0.6, 0.9, 0.999)] double probability, [Values(1, 7, 50)] int degrees) =>
        Assert.That(StudentT.Quantile(1 - probability, degrees), Is.EqualTo(-StudentT.Quantile(probability, degrees)).Within(1e-9));

    [Test]
    public void The_median_is_0() => Assert.That(StudentT.Quantile(0.5, 7), Is.Zero);

    [Test]
    public void Many_degrees_give_the_normal_distribution() =>
        Assert.That(StudentT.Quantile(0.975, 1e8), Is.EqualTo(1.959963984540054).Within(1e-7));

    [Test]
    public void Tail_and_quantile_undo_each_other([Values(0.5, 1, 3.7, 12, 400)] double degrees, [Values(0.1, 1, 4, 30)] double t) =>
        Assert.That(-StudentT.Quantile(StudentT.UpperTail(t, degrees), degrees), Is.EqualTo(t).Within(1e-9 * t));

    [Test]
    public void The_lower_half_mirrors_the_upper() =>
        Assert.That(StudentT.UpperTail(-1.5, 6), Is.EqualTo(1 - StudentT.UpperTail(1.5, 6)));

    [TestCase(0.0, 3.0)]
    [TestCase(1.0, 3.0)]
    [TestCase(double.NaN, 3.0)]
    [TestCase(0.5, 0.0)]
    [TestCase(0.5, double.PositiveInfinity)]
    public void Impossible_arguments_are_refused(double probability, double degrees) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile(probability, degrees));
}
