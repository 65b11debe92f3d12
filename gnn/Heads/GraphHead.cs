using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>All that is needed to build a <see cref="GraphHead"/> again.</summary>
public sealed record GraphHeadOptions
{
    /// <summary>How a graph's node embeddings become one row: sum, mean, or the largest of each channel.</summary>
    public Aggregation Readout { get; init; } = Aggregation.Mean;

    /// <summary>One linear map, or two with a ReLU between; a convolution is no head for graphs.</summary>
    public HeadKind Kind { get; init; } = HeadKind.Linear;

    /// <summary>Tasks or classes, at least 1.</summary>
    public required int Outputs { get; init; }

    /// <summary>Width between two linear maps.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Share dropped in training before the last map, 0 to below 1.</summary>
    public float Dropout { get; init; }

    internal GraphHeadOptions Checked()
    {
        if (Outputs < 1 || Hidden < 1) throw new InvalidDataException($"graph head options: outputs {Outputs} and hidden {Hidden} must be at least 1");
        if (!(Dropout is >= 0f and < 1f)) throw new InvalidDataException($"graph head options: dropout {Dropout} must be from 0 to below 1");
        return Kind != HeadKind.Convolution ? this : throw new InvalidDataException("graph head options: kind is convolution, expected linear or mlp; a graph's row has no neighbours");
    }
}

/// <summary>Pools the node embeddings of each graph and maps the row to one number for each task or class. Parameters: <c>lin.*</c>, or <c>0.*</c> and <c>3.*</c>.</summary>
/// <remarks>Sums suit graphs whose size matters, means those whose composition does (Xu et al. 2019, arXiv:1810.00826, section 4.2). A graph without nodes pools to 0.</remarks>
public sealed class GraphHead : Module
{
    private readonly Func<Var, Var> forward;

    /// <summary>A head with fresh weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="options">Its parts.</param>
    /// <param name="width">Columns of a node's embedding.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <exception cref="InvalidDataException">An option is out of range.</exception>
    public GraphHead(Device device, GraphHeadOptions options, int width, Rng rng)
    {
        Options = options.Checked();
        if (options.Kind == HeadKind.Linear)
        {
            var lin = Add("lin", new Linear(device, width, options.Outputs, rng));
            forward = row => lin.Forward(row.Dropout(options.Dropout));
            return;
        }
        var first = Add("0", new Linear(device, width, options.Hidden, rng));
        var last = Add("3", new Linear(device, options.Hidden, options.Outputs, rng));
        forward = row => last.Forward(first.Forward(row, relu: true).Dropout(options.Dropout));
    }

    /// <summary>Its parts.</summary>
    public GraphHeadOptions Options { get; }

    /// <summary>y[graphs, outputs].</summary>
    /// <param name="h">Embeddings h[n, width].</param>
    /// <param name="graphOfNode">The graph of each node.</param>
    public Var Forward(Var h, RowIndex graphOfNode) => Score(Pool(h, graphOfNode));

    /// <summary>g[graphs, width]: the read-out alone.</summary>
    /// <param name="h">Embeddings h[n, width].</param>
    /// <param name="graphOfNode">The graph of each node.</param>
    public Var Pool(Var h, RowIndex graphOfNode) => h.Segment(Options.Readout, graphOfNode);

    /// <summary>y[graphs, outputs] of pooled rows.</summary>
    /// <param name="g">What <see cref="Pool"/> gives.</param>
    public Var Score(Var g) => forward(g);
}
