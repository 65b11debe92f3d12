using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>An <see cref="EdgeRewrite"/> on a device: brings edge attributes along, with gradients.</summary>
public sealed class EdgeMap : IDisposable
{
    private readonly Csr @in, @out;
    private readonly Aggregation reduce;
    private readonly Tensor inverseCount;
    private readonly bool[] filled;
    private readonly float[] fill;
    private readonly Dictionary<Shape, Tensor> fillings = [];

    internal EdgeMap(Device device, EdgeRewrite rewrite)
    {
        (@in, @out, inverseCount) = (rewrite.Origin.To(device), rewrite.Origin.Transposed().To(device), rewrite.Origin.InverseRowCounts(device));
        (reduce, fill) = (rewrite.Reduce, rewrite.Fill);
        filled = [.. Enumerable.Range(0, rewrite.Origin.Rows).Select(k => rewrite.Origin.RowStart[k] == rewrite.Origin.RowStart[k + 1])];
    }

    /// <summary>The new edges' attributes.</summary>
    /// <param name="attributes">attributes[e] or attributes[e, f] of the old edges.</param>
    public Var Apply(Var attributes)
    {
        var moved = attributes.Aggregate(reduce, @in, @out, weight: null, inverseCount);
        return NeedsFill ? moved + Filling(moved.Shape) : moved;
    }

    private float Nothing => reduce == Aggregation.Mul ? 1f : 0f;   // what an empty row has become

    private bool NeedsFill => fill.Any(f => f != Nothing) && filled.Contains(true);

    private Tensor Filling(Shape shape)
    {
        if (fillings.TryGetValue(shape, out var known)) return known;
        var values = new float[shape.Count];
        for (var i = 0; i < values.Length; i++)
            if (filled[i / shape.RowLength]) values[i] = fill[fill.Length == 1 ? 0 : i % shape.RowLength] - Nothing;
        return fillings[shape] = Tensor.From(@in.Device, shape, values);
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
