using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn;

/// <summary>A changed edge list, and where the attributes of each of its edges come from.</summary>
/// <param name="Edges">The new edges.</param>
/// <param name="Origin">Row k lists the old edges that new edge k takes its attributes from; an empty row takes <paramref name="Fill"/>.</param>
/// <param name="Reduce">How several become one.</param>
/// <param name="Fill">The attributes of edges that come from nowhere: one number for all channels, or one for each.</param>
public sealed record EdgeRewrite(EdgeList Edges, HostCsr Origin, Aggregation Reduce, float[] Fill)
{
    /// <summary>The new edges' attributes, on the host.</summary>
    /// <param name="attributes">Row-major attributes of the old edges.</param>
    /// <param name="width">Attributes of one edge.</param>
    /// <returns>Row-major attributes of the new edges.</returns>
    /// <exception cref="ShapeException">There are not that many values.</exception>
    public float[] Apply(float[] attributes, int width = 1)
    {
        if (attributes.Length != (long)Origin.Columns * width) throw new ShapeException($"{Origin.Columns} edges × {width} need {(long)Origin.Columns * width} attributes, but {attributes.Length} were given");
        var result = new float[Edges.Count * width];
        for (var k = 0; k < Edges.Count; k++)
            for (var c = 0; c < width; c++) result[k * width + c] = Reduced(attributes, width, k, c);
        return result;
    }

    /// <summary>The same for attributes on a device, with gradients.</summary>
    public RowMap To(Device device) => new(device, Origin, Reduce, Fill);

    private float Reduced(float[] attributes, int width, int k, int c)
    {
        int first = Origin.RowStart[k], end = Origin.RowStart[k + 1];
        if (first == end) return Fill[Fill.Length == 1 ? 0 : c];
        var total = attributes[Origin.Column[first] * width + c];
        for (var p = first + 1; p < end; p++)
        {
            var value = attributes[Origin.Column[p] * width + c];
            total = Reduce switch
            {
                Aggregation.Max => value > total ? value : total,
                Aggregation.Min => value < total ? value : total,
                Aggregation.Mul => total * value,
                _ => total + value,
            };
        }
        return Reduce == Aggregation.Mean ? total / (end - first) : total;
    }
}
