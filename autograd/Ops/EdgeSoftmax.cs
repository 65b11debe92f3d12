using GraphTune.Engine;

namespace GraphTune.Autograd.Ops;

/// <summary>alpha[e,h] = softmax of score[e,h] over the edges into each node, head by head.</summary>
/// <param name="Score">One row per edge, in the order of the entries of <paramref name="In"/>.</param>
/// <param name="In">Row i lists the edges into node i.</param>
public sealed record EdgeSoftmax(Tensor Score, Csr In) : Op(Score)
{
    /// <inheritdoc/>
    public override Shape Shape() => Score.Shape.Rank is 1 or 2 && Score.Shape[0] == In.Entries
        ? Score.Shape
        : throw new ShapeException($"EdgeSoftmax score[e,h]: score is {Score.Shape}, but the graph has {In.Entries} edges");

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Kernels.EdgeSoftmax(In, Score, y));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(Score, out var dscore, out var add)) Run(new Kernels.EdgeSoftmaxGrad(In, y, y.Grad, dscore, add));
    }
}

/// <summary>y[e,h] = source[j,h] + target[i,h] over the edges e = j → i.</summary>
/// <param name="Source">One row per source node.</param>
/// <param name="Target">One row per target node.</param>
/// <param name="In">Row i lists the edges into node i.</param>
/// <param name="Out">The transpose, with the position of each edge in <paramref name="In"/>.</param>
public sealed record AddEnds(Tensor Source, Tensor Target, Csr In, Csr Out) : Op(Source, Target)
{
    private static readonly ShapeRule Rule = "source[n,h] target[m,h] -> h[h]";

    /// <inheritdoc/>
    public override Shape Shape()
    {
        var heads = Rule.Infer(nameof(AddEnds), Source.Shape, Target.Shape)[0];
        return Source.Shape[0] == In.Columns && Target.Shape[0] == In.Rows
            ? new Shape(In.Entries, heads)
            : throw new ShapeException($"AddEnds: source is {Source.Shape} and target {Target.Shape}, but the graph has {In.Columns} source and {In.Rows} target nodes");
    }

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Kernels.AddEnds(In, Source, Target, y));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(Source, out var ds, out var addSource)) Run(new Kernels.EdgeSum(Out, y.Grad, ds, addSource));
        if (Wants(Target, out var dt, out var addTarget)) Run(new Kernels.EdgeSum(In, y.Grad, dt, addTarget));
    }
}

/// <summary>y[i,h] = Σ value[e,h] over the edges e into node i.</summary>
public sealed record EdgeSum(Tensor Value, Csr In) : Op(Value)
{
    /// <inheritdoc/>
    public override Shape Shape() => Value.Shape.Rank == 2 && Value.Shape[0] == In.Entries
        ? new Shape(In.Rows, Value.Shape[1])
        : throw new ShapeException($"EdgeSum value[e,h]: value is {Value.Shape}, but the graph has {In.Entries} edges");

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Kernels.EdgeSum(In, Value, y, Accumulate: false));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(Value, out var dv, out var add)) Run(new Kernels.SpreadToEdges(In, y.Grad, dv, add));
    }
}
