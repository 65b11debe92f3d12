using GraphTune.Gnn.Optim;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class LbfgsTests
{
    [Test]
    public void Finds_the_valley_of_Rosenbrock()
    {
        var x = new Lbfgs { Steps = 200, Tolerance = 1e-9 }.Minimise([-1.2, 1], at =>
        {
            var (a, b) = (1 - at[0], at[1] - at[0] * at[0]);
            return (a * a + 100 * b * b, [-2 * a - 400 * at[0] * b, 200 * b]);
        });

        Assert.That(x, Is.EqualTo(new[] { 1.0, 1.0 }).Within(1e-6));
    }

    [Test]
    public void A_bowl_of_unlike_axes_is_left_at_its_bottom()
    {
        double[] scale = [.. Enumerable.Range(0, 40).Select(i => Math.Pow(10, i / 10.0))];

        var x = new Lbfgs { Steps = 500, LeastGain = 0 }.Minimise(new double[40], at =>
            (at.Select((v, i) => 0.5 * scale[i] * (v - i) * (v - i)).Sum(), [.. at.Select((v, i) => scale[i] * (v - i))]));

        Assert.That(x, Is.EqualTo(Enumerable.Range(0, 40).Select(i => (double)i)).Within(1e-3));
    }
}
