using GraphTune.Gnn;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class EarlyStoppingTests
{
    [Test]
    public void Keeps_the_earliest_of_equal_scores_and_stops_when_patience_is_over()
    {
        var stopping = new EarlyStopping(patience: 3);
        double[] scores = [0.5, 0.7, 0.7, 0.6, 0.69];

        bool[] better = [.. scores.Select((score, epoch) => stopping.Offer(epoch, score))];
        bool[] expired = [.. scores.Select((_, epoch) => stopping.Expired(epoch))];

        Assert.That(better, Is.EqualTo(new[] { true, true, false, false, false }));
        Assert.That(expired, Is.EqualTo(new[] { false, false, false, false, true }));
        Assert.That((stopping.BestEpoch, stopping.Best), Is.EqualTo((1, 0.7)));
    }

    [Test]
    public void Not_a_number_is_never_best()
    {
        var stopping = new EarlyStopping(patience: 10);

        Assert.That(stopping.Offer(0, double.NaN), Is.False);
        Assert.That(stopping.Offer(1, 0.1), Is.True);
        Assert.That(stopping.Offer(2, double.NaN), Is.False);
    }

    [Test]
    public void Lower_can_be_better()
    {
        var stopping = new EarlyStopping(patience: 10, higherIsBetter: false);

        Assert.That(new[] { 3.0, 2.0, 4.0 }.Select((s, e) => stopping.Offer(e, s)), Is.EqualTo(new[] { true, true, false }));
    }

    [Test]
    public void A_smoothed_score_chooses_the_epoch_and_patience_counts_from_it()
    {
        double[] scores = [0.5, 0.9, 0.5, 0.7, 0.72, 0.71, 0.6, 0.6];
        var stopping = new EarlyStopping(patience: 2, smoothing: ScoreSmoothing.OverWindow(3));
        bool[] expired = [.. scores.Select((score, epoch) =>
        {
            stopping.Offer(epoch, score);
            return stopping.Expired(epoch);
        })];

        Assert.That(stopping.BestEpoch, Is.EqualTo(5), "(0.7 + 0.72 + 0.71) / 3 is the best mean, though 0.9 is the best score");
        Assert.That(stopping.Best, Is.EqualTo((0.7 + 0.72 + 0.71) / 3).Within(1e-12));
        Assert.That(stopping.BestScore, Is.EqualTo(0.71));
        Assert.That(expired, Is.EqualTo(new[] { false, false, false, true, true, false, false, true }), "two epochs without a better mean");
    }

    [Test]
    public void An_exponential_mean_is_not_drawn_to_zero_and_leaves_out_NaN()
    {
        var stopping = new EarlyStopping(patience: 9, smoothing: ScoreSmoothing.Exponential(0.5));

        Assert.That(stopping.Offer(0, 0.8), Is.True);
        Assert.That(stopping.Best, Is.EqualTo(0.8).Within(1e-12));
        Assert.That(stopping.Offer(1, double.NaN), Is.False);
        Assert.That(stopping.Offer(2, 0.9), Is.True);
        Assert.That(stopping.Best, Is.EqualTo((0.25 * 0.8 + 0.5 * 0.9) / 0.75).Within(1e-12));
    }
}
