using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>New rows made of old ones, on a device and with gradients: each comes from one, from several, or is filled.</summary>
/// <remarks>Brings edge attributes along when edges change, and node features into padded batches.</remarks>
public sealed class RowMap : IDisposable
{
    private readonly Csr @in, @out;
    private readonly Aggregation reduce;
    private readonly Tensor inverseCount;
    private readonly bool[] filled;
    private readonly float[] fill;
    private readonly Dictionary<Shape, Tensor> fillings = [];

    /// <summary>A map for use on one device.</summary>
    /// <param name="device">Where the rows are.</param>
    /// <param name="origin">Row k lists the old rows that new row k is made of; an empty one is filled.</param>
    /// <param name="reduce">How several become one.</param>
    /// <param name="fill">What empty rows get: one number for all channels, or one for each.</param>
    public RowMap(Device device, HostCsr origin, Aggregation reduce, params float[] fill)
    {
        (@in, @out, inverseCount) = (origin.To(device), origin.Transposed().To(device), origin.InverseRowCounts(device));
        (this.reduce, this.fill) = (reduce, fill);
        filled = [.. Enumerable.Range(0, origin.Rows).Select(k => origin.RowStart[k] == origin.RowStart[k + 1])];
    }

    /// <summary>The new rows.</summary>
    /// <param name="x">x[n] or x[n, f], the old rows.</param>
    public Var Apply(Var x)
    {
        var moved = x.Aggregate(reduce, @in, @out, weight: null, inverseCount);
        return NeedsFill ? moved + Filling(moved.Shape) : moved;
    }

    private float Nothing => reduce == Aggregation.Mul ? 1f : 0f;   // what an empty row has become

    private bool NeedsFill => fill.Any(f => f != Nothing) && filled.Contains(true);

    private Tensor Filling(Shape shape)
    {
        return fillings.TryGetValue(shape, out var known) ? known : fillings[shape] = NewFilling(shape);
    }

    private Tensor NewFilling(Shape shape)
    {
        var values = new float[shape.Count];
        for (var i = 0; i < values.Length; i++)
            if (filled[i / shape.RowLength]) values[i] = fill[fill.Length == 1 ? 0 : i % shape.RowLength] - Nothing;
        return BufferPool.Lasting(() => Tensor.From(@in.Device, shape, values));
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        @in.Dispose();
        @out.Dispose();
        inverseCount.Dispose();
        foreach (var filling in fillings.Values) filling.Dispose();
    }
}
