using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class HostCsrTests
{
    [Test]
    public void Coordinates_are_sorted_by_row_then_column_and_keep_their_order_where_equal()
    {
        int[] row = [2, 0, 2, 2, 0], column = [1, 3, 0, 1, 0];

        var csr = HostCsr.From(3, 4, row, column);

        Assert.That(csr.RowStart, Is.EqualTo(new[] { 0, 2, 2, 5 }));
        Assert.That(csr.Column, Is.EqualTo(new[] { 0, 3, 0, 1, 1 }));
        Assert.That(csr.Edge, Is.EqualTo(new[] { 4, 1, 2, 0, 3 }));
    }

    [Test]
    public void The_transpose_keeps_the_place_of_each_value()
    {
        var csr = new HostCsr([0, 2, 2, 5], [0, 3, 0, 1, 1], 4);

        var transposed = csr.Transposed();

        Assert.That(transposed.RowStart, Is.EqualTo(new[] { 0, 2, 4, 4, 5 }));
        Assert.That(transposed.Column, Is.EqualTo(new[] { 0, 2, 2, 2, 0 }));
        Assert.That(transposed.Edge, Is.EqualTo(new[] { 0, 2, 3, 4, 1 }));
        Assert.That(transposed.Transposed().Column, Is.EqualTo(csr.Column));
    }

    [Test]
    public void Groups_list_positions_in_ascending_order()
    {
        var groups = HostCsr.Groups([1, 0, 1, 3, 0], 4);

        Assert.That(groups.RowStart, Is.EqualTo(new[] { 0, 2, 4, 4, 5 }));
        Assert.That(groups.Column, Is.EqualTo(new[] { 1, 4, 0, 2, 3 }));
    }

    [Test]
    public void An_index_out_of_range_is_named() =>
        Assert.That(() => HostCsr.From(3, 4, [0, 1], [0, 4]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("entry 1: column 4 is not between 0 and 3"));
}
