using GraphTune.Engine;

namespace GraphTune.Autograd;

/// <summary>A matrix x[n,f] most of which is 0, such as bag-of-words features: its entries, by row and by column.</summary>
/// <remarks>12 bytes an entry and direction, against 4 bytes a number of a dense one: worth it where less than a tenth is not 0.</remarks>
public sealed class SparseTensor : IDisposable
{
    /// <summary>Takes ownership of the parts.</summary>
    /// <param name="rows">Row i lists the columns of its entries.</param>
    /// <param name="columns">The transpose, with the position of each entry in <paramref name="rows"/>.</param>
    /// <param name="value">value[e], in the order of <paramref name="rows"/>.</param>
    /// <exception cref="ShapeException">The parts do not fit together.</exception>
    public SparseTensor(Csr rows, Csr columns, Tensor value)
    {
        if (rows.Entries != value.Count || columns.Entries != value.Count || columns.Rows != rows.Columns || columns.Columns != rows.Rows)
            throw new ShapeException($"SparseTensor: the rows are {rows}, the columns {columns}, the values {value.Shape}");
        (Rows, Columns, Value) = (rows, columns, value);
    }

    /// <summary>Row i lists the columns of its entries.</summary>
    public Csr Rows { get; }

    /// <summary>Column j lists the rows of its entries, and where their values lie.</summary>
    public Csr Columns { get; }

    /// <summary>value[e], in the order of <see cref="Rows"/>.</summary>
    public Tensor Value { get; }

    /// <summary>Copies a pattern and its values to a device.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="rows">Row i lists the columns of its entries, whose values lie in the same order.</param>
    /// <param name="value">One number for each entry.</param>
    /// <exception cref="ShapeException">There are not as many values as entries.</exception>
    public static SparseTensor From(Device device, HostCsr rows, float[] value) =>
        new((rows with { Edge = null }).To(device), (rows with { Edge = null }).Transposed().To(device), Tensor.From(device, new Shape(rows.Entries), value));

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        Rows.Dispose();
        Columns.Dispose();
        Value.Dispose();
    }

    /// <summary>Sizes and entries.</summary>
    public override string ToString() => $"SparseTensor[{Rows.Rows}, {Rows.Columns}; {Rows.Entries} entries]";
}
