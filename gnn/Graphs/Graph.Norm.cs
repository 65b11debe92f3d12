using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

public sealed partial class Graph
{
    /// <summary>The graph with one loop at each node (PyG's <c>add_remaining_self_loops</c>). Made once.</summary>
    public Graph WithSelfLoops() => Looped(1f).Graph;

    /// <summary>Normalised weights w / √(dᵢ·dⱼ), dᵢ the sum of the weights of edges into i, and the graph they belong to. 1 / √0 counts as 0.</summary>
    /// <param name="weight">w[e] in canonical order, with gradients if it tracks; null for ones.</param>
    /// <param name="addSelfLoops">Whether nodes without a loop get one, of weight 1; a loop that is there keeps its weight.</param>
    /// <param name="improved">Whether added loops have weight 2.</param>
    /// <param name="tape">Where to compute; needed only where the weights are given.</param>
    /// <returns>The graph, with the loops, and one weight per edge in its canonical order. Without given weights they are computed once.</returns>
    /// <remarks>Kipf and Welling 2017, arXiv:1609.02907, eq. 2. PyG's <c>gcn_norm</c>, except that <c>improved</c> holds without weights too.</remarks>
    public (Graph Graph, Tensor Weight) GcnNorm(Tensor? weight = null, bool addSelfLoops = true, bool improved = false, Tape? tape = null)
    {
        if (Nodes != Sources) throw new ShapeException($"GcnNorm: the graph is bipartite, {this}; its two ends have no common degree");
        var fill = improved ? 2f : 1f;
        if (weight is null) return (addSelfLoops ? Looped(fill).Graph : this, Once($"{nameof(GcnNorm)} {addSelfLoops} {fill}", () => GcnNorm(addSelfLoops, fill)));
        var on = tape ?? (weight as Var)?.Tape ?? throw new InvalidOperationException("GcnNorm: the weights are on no tape; give tape.Input(weight)");
        if (!addSelfLoops) return (this, Normalised(on.Input(weight)));
        var looped = Looped(fill);
        return (looped.Graph, looped.Graph.Normalised(looped.Map.Apply(on.Input(weight))));
    }

    /// <summary>y = D^(−1/2)·(A + I)·D^(−1/2)·x + b, with a loop for each node that has none; without the I if they are not wanted.</summary>
    /// <param name="x">x[n,f].</param>
    /// <param name="addSelfLoops">Whether a node without a loop gets one.</param>
    /// <param name="bias">b[f], or null for none.</param>
    /// <exception cref="ShapeException">The graph is bipartite, or x has another number of rows.</exception>
    /// <remarks>
    /// As <see cref="GcnNorm(Tensor, bool, bool, Tape)"/> weighs edges, but by two numbers a node in place of one an edge: less to read in both
    /// directions. Loops are added as the sum runs, so that no second graph is held; one with loops of its own is copied first.
    /// </remarks>
    public Var GcnSum(Var x, bool addSelfLoops = true, Tensor? bias = null)
    {
        if (Nodes != Sources) throw new ShapeException($"GcnSum: the graph is bipartite, {this}; its two ends have no common degree");
        if (addSelfLoops && In.HasDiagonal) return Keeping(Looped(1f).Graph, x).GcnSum(x, addSelfLoops: false, bias);
        var root = InverseRootDegree(addSelfLoops);
        return Kept(addSelfLoops ? "GcnSum with loops" : nameof(GcnSum), new(x, In, Out, Weight: null, root, root, bias, addSelfLoops));
    }

    private Tensor InverseRootDegree(bool looped) => Once($"{nameof(InverseRootDegree)} {looped}", () =>
    {
        var root = new Tensor(Device, InDegree.Shape);
        Device.Run(new Kernels.Map<Kernels.Shift>(InDegree, root, looped ? 1f : 0f));
        Device.Run(new Kernels.Map<Kernels.InverseRoot>(root, root));
        return root;
    });

    /// <summary>One for each edge.</summary>
    public Tensor Ones => Once(nameof(Ones), () =>
    {
        var ones = new float[Edges];
        Array.Fill(ones, 1f);
        return Tensor.From(Device, new Shape(Edges), ones);
    });

    /// <summary>Σ w over the edges into each node: degree[n].</summary>
    /// <param name="weight">w[e] in canonical order.</param>
    public Var WeightedInDegree(Var weight) => new EdgeSum(weight.Reshape(Edges, 1), In).Apply().Reshape(Nodes);

    private Tensor GcnNorm(bool addSelfLoops, float fill)
    {
        using var tape = Tape.Infer(Device);
        using var weight = addSelfLoops ? Looped(fill).FromOnes() : null;
        var normalised = (addSelfLoops ? Looped(fill).Graph : this).Normalised(tape.Input(weight ?? Ones));
        return Tensor.From(Device, normalised.Shape, normalised.ToArray());
    }

    private Var Normalised(Var weight)
    {
        var root = WeightedInDegree(weight).Map<Kernels.InverseRoot>();
        return new EdgeScale(weight, root, root, In, Out).Apply();
    }

    private LoopedGraph Looped(float fill) => Once($"{nameof(Looped)} {fill}", () =>
    {
        var rewrite = ToEdgeList().AddRemainingSelfLoops(fill);
        return new LoopedGraph(From(Device, rewrite.Edges), rewrite);
    });

    private sealed class LoopedGraph(Graph graph, EdgeRewrite rewrite) : IDisposable
    {
        private RowMap? map;

        public Graph Graph => graph;

        // From the canonical order without the loops to the canonical order with them.
        public RowMap Map => map ??= BufferPool.Lasting(() => (rewrite with { Origin = rewrite.Origin.Permuted(graph.host.Edge!) }).To(graph.Device));

        public Tensor FromOnes()
        {
            var ones = new float[rewrite.Origin.Columns];
            Array.Fill(ones, 1f);
            return graph.EdgeTensor(rewrite.Apply(ones));
        }

        public void Dispose()
        {
            graph.Dispose();
            map?.Dispose();
        }
    }
}
