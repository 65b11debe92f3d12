using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>yᵢ = Σᵣ Σₑ wₑ·xⱼ·B[r] over the edges e = j → i of every relation r (Schlichtkrull et al. 2018, eq. 2, without its self-loop).</summary>
/// <param name="X">x[sources,k].</param>
/// <param name="B">b[relations,k,m].</param>
/// <param name="Edges">The edges, both ways.</param>
/// <param name="Weight">w[e], in the order in which the edges were given, such as 1 / |Nᵣ(i)|; null for ones.</param>
/// <remarks>
/// Gathers, multiplies and scatters in one pass, forward and backward: O(edges·k + pairs·k·m) work for the (relation, target) pairs that have edges,
/// and nothing of the size edges × k. Deterministic: sums run in the order of relations, then of sources.
/// </remarks>
public sealed record RelationalSum(Tensor X, Tensor B, RelationIndex Edges, Tensor? Weight = null) : Op(Weight is null ? [X, B] : [X, B, Weight])
{
    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (Weight is not null && Weight.Count != Edges.In.Entries) throw new ShapeException($"RelationalSum: the weights are {Weight.Shape}, but there are {Edges.In.Entries} edges");
        return X.Shape.Rank == 2 && B.Shape.Rank == 3 && X.Shape[0] == Edges.In.Columns && B.Shape[0] == Edges.In.Relations && B.Shape[1] == X.Shape[1]
            ? new Shape(Edges.In.Rows, B.Shape[2])
            : throw new ShapeException($"RelationalSum x[sources,k] b[relations,k,m] -> y[targets,m]: x is {X.Shape}, b is {B.Shape}, the edges are {Edges}");
    }

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new GatherGemm(Edges.In, X, B, y, Weight));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new GatherGemm(Edges.Out, y.Grad, B, dx, Weight, Transpose.Right, add));
        if (Wants(B, out var db, out add)) Run(new GatherGemmGrad(Edges.In, X, y.Grad, db, Weight, add));
        if (Weight is not null && Wants(Weight, out var dw, out add)) Run(new GatherGemmWeightGrad(Edges.In, X, B, y.Grad, dw, add));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input)
    {
        foreach (var other in Inputs)
            if (other != input && Wants(other)) return true;
        return false;
    }

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <inheritdoc cref="Ops.RelationalSum"/>
        /// <param name="b">b[relations,k,m].</param>
        /// <param name="edges">The edges, both ways.</param>
        /// <param name="weight">w[e], in the order in which the edges were given; null for ones.</param>
        public Var RelationalSum(Tensor b, RelationIndex edges, Tensor? weight = null) => new RelationalSum(x, b, edges, weight).Apply();
    }
}
