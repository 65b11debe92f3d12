using GraphTune.Engine;
using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class PriorCorrectionTests
{
    [Test]
    public void It_is_the_formula_and_takes_itself_back()
    {
        double[] p = [0.7, 0.2, 0.1], even = [1 / 3.0, 1 / 3.0, 1 / 3.0], real = [0.1, 0.3, 0.6];
        var sum = 0.7 * 0.1 + 0.2 * 0.3 + 0.1 * 0.6;

        var corrected = PriorCorrection.Of(p, even, real);

        Assert.That(corrected, Is.EqualTo(new[] { 0.07 / sum, 0.06 / sum, 0.06 / sum }).Within(1e-12));
        Assert.That(PriorCorrection.Of(corrected, real, even), Is.EqualTo(p).Within(1e-12));
    }

    // Two normal densities one apart: the posterior under priors ½, ½ is known; among rows with other priors they are found again.
    [Test]
    public void Priors_are_found_among_rows_without_labels()
    {
        var rng = new Rng(1);
        var p = new double[2 * 20_000];
        for (var i = 0; i < p.Length / 2; i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - rng.NextSingle())) * Math.Cos(2 * Math.PI * rng.NextSingle());
            var x = normal + (rng.NextSingle() < 0.15 ? 2 : 0);
            p[2 * i + 1] = 1 / (1 + Math.Exp(2 - 2 * x));
            p[2 * i] = 1 - p[2 * i + 1];
        }

        Assert.That(PriorCorrection.Estimate(p, [0.5, 0.5])[1], Is.EqualTo(0.15).Within(0.01));
    }

    [Test]
    public void Bad_input_is_named()
    {
        Assert.That(() => PriorCorrection.Of([0.5, 0.5], [1, 0], [0.5, 0.5]), Throws.ArgumentException.With.Message.Contains("the prior 0"));
        Assert.That(() => PriorCorrection.Estimate([0.5, 0.5, 1], [0.5, 0.5]), Throws.ArgumentException.With.Message.Contains("3 probabilities do not fit 2 classes"));
    }
}
