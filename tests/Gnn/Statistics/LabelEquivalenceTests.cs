using GraphTune.Engine;
using GraphTune.Gnn.Statistics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class LabelEquivalenceTests
{
    private static readonly int[] Budgets = [10, 30, 100, 300, 1000];

    // A score that rises by 0.1 with every tenfold of labels.
    private static double Score(double labels) => 0.5 + 0.1 * Math.Log10(labels);

    private static double[][] Scratch(int seeds, double noise, Rng rng) => [.. Budgets.Select(b => Noisy(Score(b), seeds, noise, rng))];

    private static double[] Noisy(double mean, int seeds, double noise, Rng rng) =>
        [.. Enumerable.Range(0, seeds).Select(_ => mean + noise * (Enumerable.Range(0, 12).Sum(_ => rng.NextWord() / 4294967296.0) - 6))];

    [TestCase(10)]
    [TestCase(55)]
    [TestCase(740)]
    [TestCase(1000)]
    public void A_score_on_the_curve_is_worth_its_labels(double labels) =>
        Assert.That(LabelEquivalence.Reaches(Budgets, [.. Budgets.Select(b => Score(b))], Score(labels)), Is.EqualTo(labels).Within(1e-6));

    [Test]
    public void A_dent_in_the_curve_is_smoothed_away() =>
        Assert.That(LabelEquivalence.Reaches([10, 100, 1000], [0.5, 0.7, 0.6], 0.64), Is.EqualTo(10 * Math.Pow(10, 0.14 / 0.15)).Within(1e-9));

    [TestCase(4)]
    [TestCase(12)]
    public void Ends_of_the_curve_are_said(int seeds)
    {
        var scratch = Scratch(seeds, 0, new Rng(1));
        LabelEquivalence Of(double score) => LabelEquivalence.Of(Budgets, scratch, [.. Enumerable.Repeat(score, seeds)]);

        Assert.That(Of(0.9).ToString(), Is.EqualTo("≥ 1,000"));
        Assert.That(Of(0.2).ToString(), Is.EqualTo("≤ 10"));
        Assert.That(Of(Score(740)).ToString(), Does.StartWith("740 ["));
    }

    [Test]
    public void An_open_interval_says_so() =>
        Assert.That(new LabelEquivalence(new(740, 520, double.PositiveInfinity), 10, 1000, "t").ToString(), Is.EqualTo("740 [520–≥ 1,000]"));

    [Test]
    public void Where_less_is_better_the_curve_turns()
    {
        var scratch = Scratch(3, 0, new Rng(1)).Select(of => Array.ConvertAll(of, s => -s)).ToArray();

        Assert.That(LabelEquivalence.Of(Budgets, scratch, [-Score(55), -Score(55), -Score(55)], higherIsBetter: false).Labels.Estimate, Is.EqualTo(55).Within(1e-6));
    }

    [Test]
    public void One_seed_has_no_interval() =>
        Assert.That(LabelEquivalence.Of(Budgets, Scratch(1, 0, new Rng(1)), [Score(100)]).ToString(), Is.EqualTo("100"));

    // The share of intervals that hold the true 200 labels.
    [TestCase(5, "t", 0.93)]
    [TestCase(20, "bootstrap", 0.88)]
    public void Intervals_hold_the_truth(int seeds, string means, double least)
    {
        var rng = new Rng(7);
        var held = 0;
        const int times = 300;
        for (var i = 0; i < times; i++)
        {
            var found = LabelEquivalence.Of(Budgets, Scratch(seeds, 0.02, rng), Noisy(Score(200), seeds, 0.02, rng), resamples: 400);
            Assert.That(found.Means, Is.EqualTo(means));
            if (found.Labels.Low <= 200 && 200 <= found.Labels.High) held++;
        }
        TestContext.Out.WriteLine($"{seeds} seeds, {means}: {held} of {times} intervals hold the truth");
        Assert.That(held, Is.GreaterThanOrEqualTo(least * times));
    }

    [Test]
    public void Missing_seeds_are_refused() =>
        Assert.Throws<ArgumentException>(() => LabelEquivalence.Of(Budgets, Scratch(3, 0, new Rng(1)), [0.5, 0.5]));
}
