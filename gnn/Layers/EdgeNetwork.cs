using GraphTune.Autograd;

namespace GraphTune.Gnn.Layers;

/// <summary>A network on edges, seen as its first linear map, what stands between, and its last: the outer two can run on nodes.</summary>
internal sealed class EdgeNetwork
{
    private readonly TensorModule nn;
    private readonly Sequential? steps;

    public EdgeNetwork(TensorModule nn)
    {
        this.nn = nn;
        steps = nn as Sequential;
        First = steps is { Steps.Count: > 0 } ? steps.Steps[0] as Linear : nn as Linear;
        Last = steps is { Steps.Count: > 0 } ? steps.Steps[^1] as Linear : nn as Linear;
    }

    /// <summary>The first map, if it is one.</summary>
    public Linear? First { get; }

    /// <summary>The last map, if it is one; of a network of a single map the same as the first.</summary>
    public Linear? Last { get; }

    /// <summary>The most numbers made for one row.</summary>
    public int Widest => nn.Parameters.Select(parameter => parameter.Value.Shape[0]).Append(1).Max();

    /// <summary>All but the first map.</summary>
    public Var AfterFirst(Var x) => steps is null ? x : steps.Forward(x, 1, steps.Steps.Count);

    /// <summary>All but the last map.</summary>
    public Var BeforeLast(Var x) => steps is null ? x : steps.Forward(x, 0, steps.Steps.Count - 1);
}
