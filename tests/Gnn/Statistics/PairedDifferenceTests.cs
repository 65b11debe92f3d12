using GraphTune.Gnn.Statistics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class PairedDifferenceTests
{
    private static readonly double[] Scratch = [0.70, 0.74, 0.78, 0.82, 0.86];
    private static readonly double[] Tuned = [0.72, 0.75, 0.80, 0.83, 0.89];

    [Test]
    public void What_pairs_share_cancels()
    {
        var paired = PairedDifference.Of(Tuned, Scratch);
        var reach = 2.776445105197793 * Math.Sqrt(0.00028 / 4) / Math.Sqrt(5);

        Assert.That(paired.Difference.Estimate, Is.EqualTo(0.018).Within(1e-12));
        Assert.That(paired.Difference.Low, Is.EqualTo(0.018 - reach).Within(1e-9));
        Assert.That(paired.Verdict, Is.EqualTo("better"));
        Assert.That(PairedDifference.Of(Scratch, Tuned).Verdict, Is.EqualTo("worse"));
    }

    [Test]
    public void Where_less_is_better_the_words_turn() =>
        Assert.That(PairedDifference.Of(Tuned, Scratch, higherIsBetter: false).Verdict, Is.EqualTo("worse"));

    [Test]
    public void Where_the_interval_spans_zero_nothing_is_claimed() =>
        Assert.That(PairedDifference.Of([0.8, 0.7, 0.9], [0.7, 0.8, 0.8]).Verdict, Is.EqualTo("no detectable difference"));

    [Test]
    public void Equal_scores_do_not_differ() =>
        Assert.That(PairedDifference.Of(Tuned, Tuned).Verdict, Is.EqualTo("no detectable difference"));

    [Test]
    public void One_seed_claims_nothing() =>
        Assert.That(PairedDifference.Of([0.9], [0.1]).Verdict, Is.EqualTo("no detectable difference"));

    [Test]
    public void Unpaired_scores_are_refused() =>
        Assert.Throws<ArgumentException>(() => PairedDifference.Of([1, 2], [1]));
}
