using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Layers;

namespace GraphTune.Tests;

/// <summary>Golden cases of convolutions that aggregate neighbours, with PyG's options and their defaults.</summary>
internal static class ConvCases
{
    public static readonly Dictionary<string, Action<GoldenCase>> ByLayer = new()
    {
        ["GCNConv"] = golden => Check(golden, Gcn),
        ["SAGEConv"] = golden => Check(golden, Sage),
        ["GINConv"] = golden => Check(golden, Gin),
        ["GraphConv"] = golden => Check(golden, GraphConv),
    };

    /// <summary>The operands of a layer on one tape; edge weights and attributes are in canonical order.</summary>
    internal sealed record Operands(Graph Graph, Var X, Var? Weight, Var? Attributes);

    internal static void Check(GoldenCase golden, Func<GoldenRun, GoldenOptions, Func<Operands, Var>> build)
    {
        using var run = new GoldenRun(golden, golden.Device);
        var layer = build(run, golden.Options);
        if (golden.Has("out_pyg_quirk")) golden.LeaveOut("out_pyg_quirk", "PyG forgets the fill value of 2 where no weights are given; the formula does not");
        using var graph = Graph(golden, run.Device);
        var (x, weight, attributes) = (run.Input("x"), run.InputOrNull("edge_weight"), run.InputOrNull("edge_attr"));
        run.Check(tape => layer(new(graph, tape.Input(x), Edge(tape, weight), Edge(tape, attributes))));

        Var? Edge(Tape tape, Parameter? values) => values is null ? null : graph.InCanonicalOrder(tape.Input(values));
    }

    /// <summary>The graph of <c>edge_index</c>, whose row 0 is the sources and row 1 the targets, with as many nodes as x has rows.</summary>
    internal static Graph Graph(GoldenCase golden, Device device)
    {
        var ends = golden.Ints("edge_index");
        if (golden.Options.Text("flow", "source_to_target") == "target_to_source") ends = [.. ends[(ends.Length / 2)..], .. ends[..(ends.Length / 2)]];
        return Gnn.Graph.From(device, golden.Shape("x")[0], ends[..(ends.Length / 2)], ends[(ends.Length / 2)..]);
    }

    private static Func<Operands, Var> Gcn(GoldenRun run, GoldenOptions options)
    {
        _ = options.Bool("cached", false);   // without weights the graph keeps them at all times
        var normalize = options.Bool("normalize", true);
        var layer = run.Load(new GcnConv(run.Device, options.Int("in_channels"), options.Int("out_channels"), new Rng(0), options.Bool("bias", true))
        {
            Improved = options.Bool("improved", false),
            AddSelfLoops = options.Bool("add_self_loops", normalize),
            Normalize = normalize,
        });
        return o => layer.Forward(o.Graph, o.X, o.Weight);
    }

    private static Func<Operands, Var> Sage(GoldenRun run, GoldenOptions options)
    {
        var (plain, module) = GoldenModules.Aggr(run.Device, options, "mean");
        var layer = run.Load(new SageConv(run.Device, options.Int("in_channels"), options.Int("out_channels"), new Rng(0),
            options.Bool("root_weight", true), options.Bool("project", false), options.Bool("bias", true))
        {
            Aggr = plain,
            AggrModule = module,
            Normalize = options.Bool("normalize", false),
        });
        return o => layer.Forward(o.Graph, o.X);
    }

    private static Func<Operands, Var> Gin(GoldenRun run, GoldenOptions options)
    {
        var layer = run.Load(new GinConv(run.Device, GoldenModules.Parse(run.Device, options.Text("nn")), (float)options.Double("eps", 0), options.Bool("train_eps", false)));
        return o => layer.Forward(o.Graph, o.X);
    }

    private static Func<Operands, Var> GraphConv(GoldenRun run, GoldenOptions options)
    {
        var (plain, module) = GoldenModules.Aggr(run.Device, options, "add");
        var layer = run.Load(new GraphConv(run.Device, options.Int("in_channels"), options.Int("out_channels"), new Rng(0), options.Bool("bias", true))
        {
            Aggr = plain,
            AggrModule = module,
        });
        return o => layer.Forward(o.Graph, o.X, o.Weight);
    }
}
