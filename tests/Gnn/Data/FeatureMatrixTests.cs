using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class FeatureMatrixTests
{
    private static readonly float[] Numbers = [1, 0, 3, 0, 0, 0, 0, 2, 0];

    private static FeatureMatrix Sparse() => new(3, new SparseRows([0, 2, 2, 3], [0, 2, 1], [1, 3, 2]));

    [Test]
    public void Sparse_and_dense_hold_the_same_numbers()
    {
        var dense = new FeatureMatrix(3, 3, Numbers);

        Assert.That(Sparse().ToDense(), Is.EqualTo(Numbers));
        Assert.That(dense.ToDense(), Is.EqualTo(Numbers));
        Assert.That(Sparse().Density, Is.EqualTo(3 / 9.0));
        Assert.That(dense.Density, Is.EqualTo(3 / 9.0));
    }

    [Test]
    public void Normalised_rows_sum_to_one_and_empty_rows_stay_zero()
    {
        float[] expected = [0.25f, 0, 0.75f, 0, 0, 0, 0, 1, 0];

        Assert.That(Sparse().NormaliseRows().ToDense(), Is.EqualTo(expected));
        Assert.That(new FeatureMatrix(3, 3, Numbers).NormaliseRows().ToDense(), Is.EqualTo(expected));
        Assert.That(Sparse().NormaliseRows().Sparse, Is.Not.Null);
    }

    [Test]
    public void Mostly_empty_features_are_kept_as_sparse_rows_and_full_ones_are_not()
    {
        var empty = new float[30];
        empty[7] = 5;

        var compact = new FeatureMatrix(3, 10, empty).Compact();

        Assert.That(compact.Sparse, Is.Not.Null);
        Assert.That(compact.ToDense(), Is.EqualTo(empty));
        Assert.That(new FeatureMatrix(3, 3, Numbers).Compact().Sparse, Is.Null);
    }

    [Test]
    public void Rows_are_taken_in_the_order_asked_for()
    {
        float[] expected = [0, 2, 0, 1, 0, 3];

        Assert.That(Sparse().TakeRows([2, 0]).ToDense(), Is.EqualTo(expected));
        Assert.That(new FeatureMatrix(3, 3, Numbers).TakeRows([2, 0]).ToDense(), Is.EqualTo(expected));
    }

    [TestCase(new[] { 0, 2, 1, 3 }, new[] { 0, 2, 1 }, "fall from 2 to 1")]
    [TestCase(new[] { 0, 2, 2, 4 }, new[] { 0, 2, 1 }, "end at 4")]
    [TestCase(new[] { 1, 2, 2, 3 }, new[] { 0, 2, 1 }, "begin at 1")]
    [TestCase(new[] { 0, 2, 2, 3 }, new[] { 0, 3, 1 }, "index 3 at entry 1 is out of range")]
    [TestCase(new[] { 0, 2, 2, 3 }, new[] { 0, -1, 1 }, "index -1 at entry 1 is out of range")]
    [TestCase(new[] { 0, 2, 2, 3 }, new[] { 0, 1 }, "2 columns (indices) but 3 values")]
    public void Broken_rows_are_one_clear_line(int[] start, int[] column, string line)
    {
        var error = Assert.Throws<InvalidDataException>(() => _ = new FeatureMatrix(3, new SparseRows(start, column, [1, 3, 2])));

        Assert.That(error!.Message, Does.Contain(line).And.Not.Contain('\n'));
    }
}
