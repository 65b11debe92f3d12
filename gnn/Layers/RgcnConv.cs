using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>How the matrices of many relations are made of fewer numbers.</summary>
/// <param name="Bases">W_r is a mixture of as many matrices; 0 for a matrix of its own for each relation.</param>
/// <param name="Blocks">W_r has as many blocks on its diagonal and zeros elsewhere; 0 for full matrices.</param>
public readonly record struct RelationWeights(int Bases = 0, int Blocks = 0);

/// <summary>Relational graph convolution: yᵢ = xᵢ·W + b + Σᵣ AGGᵣ(xⱼ)·Wᵣ, AGGᵣ over the edges j → i of relation r.</summary>
/// <remarks>
/// Schlichtkrull et al. 2018, arXiv:1703.06103, eqs. 2 to 4; options and names as PyG's <c>RGCNConv</c>: <c>weight</c>[relations or bases,
/// inputs, outputs] or [relations, blocks, inputs / blocks, outputs / blocks], <c>comp</c>[relations, bases], <c>root</c>[inputs, outputs],
/// <c>bias</c>. Sums and means of features take all relations in one pass; nothing of the size relations × nodes is held.
/// </remarks>
public sealed class RgcnConv : Module
{
    private readonly int inputs, outputs, relations;
    private readonly RelationWeights form;

    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x; without x, the number of nodes.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="relations">The number of relations.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="form">How the matrices are made.</param>
    /// <param name="rootWeight">Whether there is a W.</param>
    /// <param name="bias">Whether there is a b.</param>
    /// <exception cref="ArgumentException">Both forms were asked for, or the blocks do not divide the columns.</exception>
    public RgcnConv(Device device, int inputs, int outputs, int relations, Rng rng, RelationWeights form = default, bool rootWeight = true, bool bias = true)
    {
        if (form is { Bases: > 0, Blocks: > 0 }) throw new ArgumentException("RgcnConv: matrices are mixtures of bases or have blocks, not both");
        if (form.Blocks > 0 && (inputs % form.Blocks != 0 || outputs % form.Blocks != 0)) throw new ArgumentException($"RgcnConv: {form.Blocks} blocks do not divide {inputs} inputs and {outputs} outputs evenly");
        (this.inputs, this.outputs, this.relations, this.form) = (inputs, outputs, relations, form);
        Weight = Add("weight", Init.Glorot(device, form.Blocks > 0
            ? new Shape(relations, form.Blocks, inputs / form.Blocks, outputs / form.Blocks)
            : new Shape(form.Bases > 0 ? form.Bases : relations, inputs, outputs), rng));
        if (form.Bases > 0) Comp = Add("comp", Init.Glorot(device, new Shape(relations, form.Bases), rng));
        if (rootWeight) Root = Add("root", Init.Glorot(device, new Shape(inputs, outputs), rng));
        if (bias) Bias = Add("bias", Init.Constant(device, new Shape(outputs), 0f));
    }

    /// <summary>How the neighbours in one relation become one row.</summary>
    public Aggregation Aggr { get; init; } = Aggregation.Mean;

    /// <summary>The relations' matrices, or what they are made of.</summary>
    public Parameter Weight { get; }

    /// <summary>How much of each base is in each relation's matrix, or null.</summary>
    public Parameter? Comp { get; }

    /// <summary>W, or null.</summary>
    public Parameter? Root { get; }

    /// <summary>b[outputs], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph; it has as many relations as the layer.</param>
    /// <param name="x">x[n, inputs].</param>
    public Var Forward(RelationalGraph graph, Var x) => Forward(graph, x.Tape, x);

    /// <summary>y[n, outputs] of nodes without features, for which each stands for itself: x is the identity.</summary>
    /// <param name="graph">The graph; it has as many relations as the layer, and as many nodes as the layer has inputs.</param>
    /// <param name="tape">Where to compute.</param>
    public Var Forward(RelationalGraph graph, Tape tape) => form.Blocks == 0
        ? Forward(graph, tape, null)
        : throw new InvalidOperationException("RgcnConv: matrices with blocks need features; give x");

    private Var Forward(RelationalGraph graph, Tape tape, Var? x)
    {
        if (graph.Relations.Count != relations) throw new ShapeException($"RgcnConv: the graph has {graph.Relations.Count} relations, but the layer {relations}");
        var weights = tape.Input(Weight);
        if (Comp is not null) weights = tape.Input(Comp).MatMul(weights.Reshape(form.Bases, inputs * outputs));
        Var? y = Root is null ? null : x is null ? tape.Input(Root) : x.MatMul(Root);
        if (x is not null && form.Blocks == 0 && relations > 0 && Aggr is (Aggregation.Sum or Aggregation.Mean))
        {
            var sums = x.RelationalSum(weights.Reshape(relations, inputs, outputs), graph.Index, Aggr == Aggregation.Mean ? graph.MeanWeights : null);
            return Biased(y is null ? sums : y + sums);
        }
        for (var r = 0; r < relations; r++)
        {
            var message = Message(graph.Relations[r], x, weights, r);
            y = y is null ? message : y + message;
        }
        return Biased(y!);
    }

    private Var Biased(Var y) => Bias is null ? y : y + Bias;

    private Var Message(Graph relation, Var? x, Var weights, int r)
    {
        if (form.Blocks > 0) return Blocked(relation.Aggregate(Aggr, x!), weights, r);
        var matrix = weights.Part(r, inputs, outputs);
        if (x is null) return relation.Aggregate(Aggr, matrix);
        return relation.Aggregate(Aggr, x).MatMul(matrix);
    }

    private Var Blocked(Var h, Var weights, int r)
    {
        var (from, to) = (inputs / form.Blocks, outputs / form.Blocks);
        Var[] parts = [.. Enumerable.Range(0, form.Blocks).Select(b => h.Columns((b * from)..((b + 1) * from)).MatMul(weights.Part(r * form.Blocks + b, from, to)))];
        return parts.Length == 1 ? parts[0] : parts[0].Concat(parts.AsSpan(1));
    }
}
