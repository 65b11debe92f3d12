using GraphTune.Engine;
using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class NdcgTests
{
    private static readonly float[] Relevance = [10, 0, 0, 1, 5];

    [Test]
    public void A_worked_example_is_met_to_rounding()
    {
        // Ranks: 5, 1, 0, 0, 10. Ideal: 10, 5, 1.
        var gained = 5 + 1 / Math.Log2(3) + 10 / Math.Log2(6);
        var ideal = 10 + 5 / Math.Log2(3) + 1 / Math.Log2(4);

        Assert.That(Ndcg.Of(Relevance, [0.1f, 0.2f, 0.3f, 4f, 70f]), Is.EqualTo(gained / ideal).Within(1e-15));
        Assert.That(Ndcg.Of(Relevance, [0.1f, 0.2f, 0.3f, 4f, 70f], k: 4), Is.EqualTo((gained - 10 / Math.Log2(6)) / ideal).Within(1e-15));
    }

    [Test]
    public void Tied_items_share_a_cut_off() =>
        Assert.That(Ndcg.Of(Relevance, [1, 0, 0, 0, 1], k: 1), Is.EqualTo(0.75));

    [Test]
    public void Ties_give_the_mean_over_all_orders([Values(1, 2, 3, 5, 6)] int k, [Values] Gain gain)
    {
        var rng = new Rng(4);
        float[] relevance = [.. Enumerable.Range(0, 6).Select(_ => (float)rng.Next(4))];
        float[] scores = [1, 2, 1, 2, 1, 0];

        // An order of all items that breaks no strict preference is one order of the tied ones.
        var orders = Permutations([0, 1, 2, 3, 4, 5]).Where(order => order.Zip(order.Skip(1)).All(pair => scores[pair.First] >= scores[pair.Second]));
        var expected = orders.Average(order =>
        {
            var distinct = new float[6];
            for (var rank = 0; rank < 6; rank++) distinct[order[rank]] = -rank;
            return Ndcg.Of(relevance, distinct, k, gain);
        });

        Assert.That(Ndcg.Of(relevance, scores, k, gain), Is.EqualTo(expected).Within(1e-14));
    }

    [Test]
    public void An_exponential_gain_is_a_power_of_two_less_one() =>
        Assert.That(Ndcg.Of([1, 3], [2, 1], gain: Gain.Exponential), Is.EqualTo((1 + 7 / Math.Log2(3)) / (7 + 1 / Math.Log2(3))).Within(1e-14));

    [Test]
    public void Without_a_relevant_item_it_is_0() => Assert.That(Ndcg.Of([0, 0], [1, 2]), Is.Zero);

    [Test]
    public void The_mean_is_over_queries() =>
        Assert.That(Ndcg.Mean([1, 0, 0, 0], [2, 1, 1, 2], items: 2), Is.EqualTo(0.5));

    [Test]
    public void NaN_scores_and_negative_relevance_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Ndcg.Of([1, 0], [1, float.NaN]));
        Assert.Throws<ArgumentException>(() => Ndcg.Of([1, -1], [1, 2]));
    }

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length == 0
        ? [[]]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));
}
