using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class EmbeddingQualityTests
{
    [Test]
    public void Equal_shares_of_two_directions_are_two()
    {
        var found = EmbeddingQuality.Of([1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0], width: 3);   // σ = √2, √2, 0

        Assert.That(found.RankMe, Is.EqualTo(2).Within(1e-4));
        Assert.That(found.NumericalRank, Is.EqualTo(2));
        Assert.That(found.SelfCluster, Is.EqualTo(0.0).Within(1e-12), "by hand: ‖z̃·z̃ᵀ‖² = 8, (3·8 − 4·6) / (2·3·4)");
    }

    [Test]
    public void Unequal_shares_are_the_exponent_of_their_entropy()
    {
        var found = EmbeddingQuality.Of([3, 0, 0, 1], width: 2);   // shares 3/4 and 1/4

        Assert.That(found.RankMe, Is.EqualTo(Math.Exp(-0.75 * Math.Log(0.75) - 0.25 * Math.Log(0.25))).Within(1e-5));
        Assert.That(found.SelfCluster, Is.EqualTo(-1.0).Within(1e-12), "two right angles in the plane: (2·2 − 2·3) / (1·1·2)");
    }

    [Test]
    public void Collapse_is_seen()
    {
        var found = EmbeddingQuality.Of([1, 2, 3, 2, 4, 6, 0.5f, 1, 1.5f], width: 3);

        Assert.That(found.RankMe, Is.EqualTo(1).Within(1e-4));
        Assert.That(found.NumericalRank, Is.EqualTo(1));
        Assert.That(found.SelfCluster, Is.EqualTo(1.0).Within(1e-6));
    }

    [Test]
    public void The_tolerance_decides_what_counts() =>
        Assert.That(new double?[] { null, 0.05, 0.5 }.Select(t => EmbeddingQuality.Of([10, 0, 0, 0, 1, 0, 0, 0, 0.1f], 3, t).NumericalRank), Is.EqualTo(new[] { 3, 2, 1 }));

    [Test]
    public void Random_directions_do_not_gather_and_many_rows_are_sampled()
    {
        var rng = new Rng(1);
        var found = EmbeddingQuality.Of([.. Enumerable.Range(0, 9000 * 16).Select(_ => rng.NextNormal())], width: 16);

        Assert.That(found.Rows, Is.EqualTo(3000));
        Assert.That(found.SelfCluster, Is.EqualTo(0).Within(1e-3));
        Assert.That(found.RankMe, Is.EqualTo(16).Within(0.05));
        Assert.That($"{found}", Is.EqualTo("RankMe 16.0 of 16, rank 16, self-clustering 0.000").Or.EqualTo("RankMe 16.0 of 16, rank 16, self-clustering -0.000"));
    }

    [Test]
    public void Zeros_have_no_rank_and_a_broken_number_is_named()
    {
        Assert.That(EmbeddingQuality.Of(new float[12], 3), Has.Property("RankMe").EqualTo(0).And.Property("NumericalRank").EqualTo(0).And.Property("SelfCluster").NaN);
        Assert.That(() => EmbeddingQuality.Of([1, 2, 3, float.NaN], 2), Throws.ArgumentException.With.Message.Contains("row 1"));
        Assert.That(() => EmbeddingQuality.Of([1, 2, 3], 2), Throws.ArgumentException.With.Message.Contains("3 numbers are no rows of 2"));
    }

    [Test]
    public void Eigenvalues_alone_are_those_with_vectors([Values(1, 2, 3, 8, 33)] int n)
    {
        var rng = new Rng((ulong)n);
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = i % 3 == 0 && j != i ? 0 : rng.NextNormal();

        Assert.That(SymmetricEigen.Values([.. a], n), Is.EqualTo(SymmetricEigen.Decompose([.. a], n).Values).Within(1e-12 * n));
    }

    [Test]
    public void Few_rows_of_many_columns_have_their_rank()
    {
        const int rows = 6, width = 300;
        var rng = new Rng(3);
        var z = new float[rows * width];
        for (var i = 0; i < z.Length; i++) z[i] = 1e3f * rng.NextSingle();

        Assert.That(EmbeddingQuality.Of(z, width).NumericalRank, Is.EqualTo(rows));
    }
}
