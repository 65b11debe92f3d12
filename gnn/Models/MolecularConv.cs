using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Models;

/// <summary>One layer of a <see cref="MolecularEncoder"/>: messages from neighbours and from the node itself, each with the embedding of its bond.</summary>
/// <remarks>Parameters of every body: <c>edge_embedding1.weight</c>[bonds, width], <c>edge_embedding2.weight</c>[directions, width].</remarks>
internal abstract class MolecularConv : Module
{
    private CodeEmbedding? types, directions;

    /// <summary>The layer of some options, with fresh weights.</summary>
    public static MolecularConv Of(Device device, MolecularOptions options, Rng rng) => options.Body switch
    {
        MolecularBody.Gin => new GinBody(device, options, rng),
        MolecularBody.Gcn => new GcnBody(device, options, rng),
        MolecularBody.GraphSage => new SageBody(device, options, rng),
        _ => new GatBody(device, options, rng),
    };

    /// <summary>Node features after this layer, y[n, width].</summary>
    /// <param name="graph">The molecules.</param>
    /// <param name="x">One row for each node, or, in the first layer, for each kind of atom.</param>
    /// <param name="from">Which node or kind of atom each edge comes from, and the transpose.</param>
    public abstract Var Forward(MolecularGraph graph, Var x, (Csr In, Csr Out) from);

    // Added last, as in the published files.
    protected void AddTables(Device device, MolecularOptions options, int width, Rng rng)
    {
        types = Add("edge_embedding1", new CodeEmbedding(device, options.Bonds, width, rng));
        directions = Add("edge_embedding2", new CodeEmbedding(device, options.Directions, width, rng));
    }

    /// <summary>One row for each kind of bond: e[k, width].</summary>
    protected Var Bonds(Tape tape, MolecularGraph graph) => PairEmbedding.OfBonds(tape, graph, types!, directions!);

    /// <summary>sᵢ · Σₑ wₑ·(xⱼ + b + eₖ) over the edges into each node.</summary>
    protected static Var Sum(MolecularGraph graph, Var x, (Csr In, Csr Out) from, Var bonds, Tensor? bias = null, Tensor? weight = null, Tensor? scale = null) =>
        new TypedAggregate(x, bonds, from.In, from.Out, graph.FromBonds.In, graph.FromBonds.Out, bias, weight, scale).Apply();
}

/// <summary>h' = MLP(Σⱼ (hⱼ + eᵢⱼ)). Parameters: <c>mlp.0</c> to twice the width, <c>mlp.2</c> back.</summary>
/// <remarks>Biases are added after the products, as PyTorch rounds.</remarks>
internal sealed class GinBody : MolecularConv
{
    private readonly Linear inner, outer;

    public GinBody(Device device, MolecularOptions options, Rng rng)
    {
        (inner, outer) = (new(device, options.Width, 2 * options.Width, rng), new(device, 2 * options.Width, options.Width, rng));
        Add("mlp", new Sequential(inner, new Activation(ActivationKind.Relu), outer));
        AddTables(device, options, options.Width, rng);
    }

    public override Var Forward(MolecularGraph graph, Var x, (Csr In, Csr Out) from)
    {
        var h = Sum(graph, x, from, Bonds(x.Tape, graph)).Linear(inner.WeightOn(x.Tape)).ReluDropout(0f, inner.Bias);
        return h.Linear(outer.WeightOn(x.Tape)) + outer.Bias!;
    }
}

/// <summary>h' = Σⱼ (dᵢ·dⱼ)^(−1/2)·(W·hⱼ + b + eᵢⱼ). Parameters: <c>linear</c>.</summary>
internal sealed class GcnBody : MolecularConv
{
    private readonly Linear linear;

    public GcnBody(Device device, MolecularOptions options, Rng rng)
    {
        linear = Add("linear", new Linear(device, options.Width, options.Width, rng));
        AddTables(device, options, options.Width, rng);
    }

    public override Var Forward(MolecularGraph graph, Var x, (Csr In, Csr Out) from) =>
        Sum(graph, x.Linear(linear.WeightOn(x.Tape)), from, Bonds(x.Tape, graph), linear.Bias, weight: graph.GcnWeight);
}

/// <summary>h' = v / ‖v‖ for the mean v of W·hⱼ + b + eᵢⱼ. Parameters: <c>linear</c>.</summary>
internal sealed class SageBody : MolecularConv
{
    private readonly Linear linear;

    public SageBody(Device device, MolecularOptions options, Rng rng)
    {
        linear = Add("linear", new Linear(device, options.Width, options.Width, rng));
        AddTables(device, options, options.Width, rng);
    }

    public override Var Forward(MolecularGraph graph, Var x, (Csr In, Csr Out) from) =>
        Sum(graph, x.Linear(linear.WeightOn(x.Tape)), from, Bonds(x.Tape, graph), linear.Bias, scale: graph.InverseDegree).UnitRows();
}
