using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Heterogeneous graph transformer: attention over the edges of all kinds into a node at once, with a matrix for keys and values of each kind of edge and head.</summary>
/// <remarks>
/// Hu, Dong, Wang and Sun 2020, arXiv:2003.01332, eqs. 2 to 5. For a kind of edge r and a head, with k, q, v linear in x by kind of node:
/// αᵢⱼ = softmax pᵣ·⟨qᵢ, kⱼ·Kᵣ⟩ / √d, aᵢ = Σ αᵢⱼ·vⱼ·Vᵣ, yᵢ = W·gelu(aᵢ) + b, or σ(s)·yᵢ + (1 − σ(s))·xᵢ where the widths agree.
/// Names as PyG's <c>HGTConv</c>: <c>kqv_lin.lins.KIND</c>, <c>out_lin.lins.KIND</c>, <c>k_rel.weight</c> and <c>v_rel.weight</c>[heads·kinds of
/// edges, d, d], <c>skip.KIND</c>, <c>p_rel.EDGE</c>[1, heads]. Largest buffer on edges: edges × heads.
/// </remarks>
public sealed class HgtConv : Module
{
    private readonly int outputs, heads, width;
    private readonly EdgeType[] edgeTypes;
    private readonly ModuleDict<Linear> kqv, @out;
    private readonly Parameter keys, values;
    private readonly ParameterDict skip, priority;

    /// <summary>A layer with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x for each kind of node.</param>
    /// <param name="outputs">Columns of y; the heads have equal shares.</param>
    /// <param name="edgeTypes">All kinds of edges.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="heads">The number of heads.</param>
    /// <exception cref="ArgumentException">The heads do not divide the outputs.</exception>
    public HgtConv(Device device, IReadOnlyDictionary<string, int> inputs, int outputs, IEnumerable<EdgeType> edgeTypes, Rng rng, int heads = 1)
    {
        if (outputs % heads != 0) throw new ArgumentException($"HgtConv: {heads} heads do not divide {outputs} outputs evenly");
        (this.outputs, this.heads, width, this.edgeTypes) = (outputs, heads, outputs / heads, [.. edgeTypes]);
        kqv = new([.. inputs.Select(kind => (kind.Key, new Linear(device, kind.Value, 3 * outputs, rng)))]);
        @out = new([.. inputs.Select(kind => (kind.Key, new Linear(device, outputs, outputs, rng)))]);
        Add("kqv_lin", new ModuleDict<Module>(("lins", kqv)));
        Add("out_lin", new ModuleDict<Module>(("lins", @out)));
        var matrices = new Shape(heads * this.edgeTypes.Length, width, width);
        (keys, values) = (Init.Glorot(device, matrices, rng), Init.Glorot(device, matrices, rng));
        Add("k_rel", new ParameterDict(("weight", keys)));
        Add("v_rel", new ParameterDict(("weight", values)));
        skip = Add("skip", new ParameterDict([.. inputs.Keys.Select(kind => (kind, Init.Constant(device, new Shape(1), 1f)))]));
        priority = Add("p_rel", new ParameterDict([.. this.edgeTypes.Select(type => ($"{type}", Init.Constant(device, new Shape(1, heads), 1f)))]));
    }

    /// <summary>y[n, outputs] for each kind of node that edges lead to.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs] for each kind of node.</param>
    public IReadOnlyDictionary<string, Var> Forward(HeteroGraph graph, IReadOnlyDictionary<string, Var> x)
    {
        var all = x.ToDictionary(kind => kind.Key, kind => kqv[kind.Key].Forward(kind.Value));
        Dictionary<string, Var> result = [];
        foreach (var into in edgeTypes.GroupBy(type => type.Target)) result[into.Key] = Into(graph, into.Key, [.. into], x[into.Key], all);
        return result;
    }

    private Var Into(HeteroGraph graph, string kind, EdgeType[] types, Var x, Dictionary<string, Var> all)
    {
        EdgeType[] present = [.. types.Where(graph.EdgeTypes.Contains)];
        var y = present.Length == 0 ? x.Tape.Constant(new Shape(x.Shape[0], outputs), 0f) : Attended(graph, kind, present, all);
        y = @out[kind].Forward(y.ErfGelu());
        if (x.Shape[1] != outputs) return y;
        return x + (y - x) * x.Tape.Input(skip[kind]).Sigmoid();
    }

    private Var Attended(HeteroGraph graph, string kind, EdgeType[] types, Dictionary<string, Var> all)
    {
        var union = graph.Union(types);
        Var Stacked(Func<EdgeType, Var> part)
        {
            Var[] parts = [.. types.Select(part)];
            return parts.Length == 1 ? parts[0] : parts[0].Stack(parts.AsSpan(1));
        }
        var query = all[kind].Columns(outputs..(2 * outputs));
        Var ofKeys = query.Tape.Input(keys), ofValues = query.Tape.Input(values);   // once: each share of their gradient then touches its own part alone
        var key = Stacked(type => Turned(all[type.Source].Columns(..outputs), ofKeys, type, priority[$"{type}"]));
        var value = Stacked(type => Turned(all[type.Source].Columns((2 * outputs)..), ofValues, type, null));
        return union.AttendDot(heads, query, key, value);
    }

    // Each head's columns times the matrix of this head and kind of edge, and times the kind's priority.
    private Var Turned(Var x, Var matrices, EdgeType type, Parameter? factor)
    {
        var which = Array.IndexOf(edgeTypes, type);
        Var[] parts = [.. Enumerable.Range(0, heads).Select(head =>
        {
            var matrix = matrices.Part(head * edgeTypes.Length + which, width, width);
            if (factor is not null) matrix = matrix * x.Tape.Input(factor).Columns(head..(head + 1)).Reshape(1);
            return x.Columns((head * width)..((head + 1) * width)).MatMul(matrix);
        })];
        return parts.Length == 1 ? parts[0] : parts[0].Concat(parts.AsSpan(1));
    }
}
