using System.Text.Json;
using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Layers;

namespace GraphTune.Tests;

/// <summary>Golden cases of attention layers.</summary>
internal static class AttentionCases
{
    public static readonly Dictionary<string, Action<GoldenCase>> ByLayer = new()
    {
        ["GATConv"] = Gat,
        ["GATv2Conv"] = Gatv2,
        ["TransformerConv"] = Transformer,
        ["GPSConv"] = Gps,
    };

    private static void Gat(GoldenCase golden)
    {
        var o = golden.Options;
        var layer = new GatConv(golden.Device, o.Int("in_channels"), o.Int("out_channels"), o.Int("heads", 1), new Rng(1),
            o.Bool("concat", true), o.Int("edge_dim", 0), o.Bool("bias", true))
        {
            AddSelfLoops = o.Bool("add_self_loops", true),
            Fill = Fill(o),
            NegativeSlope = (float)o.Double("negative_slope", 0.2),
            Dropout = (float)o.Double("dropout", 0),
        };
        Check(golden, layer, (l, graph, x, edges) => l.Forward(graph, x, edges));
    }

    private static void Gatv2(GoldenCase golden)
    {
        var o = golden.Options;
        var layer = new Gatv2Conv(golden.Device, o.Int("in_channels"), o.Int("out_channels"), o.Int("heads", 1), new Rng(1),
            o.Bool("concat", true), o.Int("edge_dim", 0), o.Bool("share_weights", false), o.Bool("bias", true))
        {
            AddSelfLoops = o.Bool("add_self_loops", true),
            Fill = Fill(o),
            NegativeSlope = (float)o.Double("negative_slope", 0.2),
            Dropout = (float)o.Double("dropout", 0),
        };
        Check(golden, layer, (l, graph, x, edges) => l.Forward(graph, x, edges));
    }

    private static void Transformer(GoldenCase golden)
    {
        var o = golden.Options;
        var layer = new TransformerConv(golden.Device, o.Int("in_channels"), o.Int("out_channels"), o.Int("heads", 1), new Rng(1),
            o.Bool("concat", true), o.Bool("beta", false), o.Int("edge_dim", 0), o.Bool("bias", true), o.Bool("root_weight", true))
        {
            Dropout = (float)o.Double("dropout", 0),
        };
        Check(golden, layer, (l, graph, x, edges) => l.Forward(graph, x, edges));
    }

    private static void Gps(GoldenCase golden)
    {
        var o = golden.Options;
        GoldenModules.None(o, "norm_kwargs");
        if (o.Text("attn_type", "multihead") != "multihead") throw new InvalidDataException($"attention by '{o.Text("attn_type")}' is unknown");
        var attention = new GoldenOptions(o.Find("attn_kwargs")?.GetRawText() ?? "{}");
        var (conv, forward) = o.Has("conv") ? GoldenModules.Convolution(golden.Device, o.Text("conv")) : (null, (Func<Graph, Var, Var?, Var>?)null);
        var layer = new GpsConv(golden.Device, o.Int("channels"), conv, forward, new Rng(1), new()
        {
            Heads = o.Int("heads", 1),
            Dropout = (float)o.Double("dropout", 0),
            Act = GoldenModules.Act(o, ActivationKind.Relu),
            AttentionDropout = (float)attention.Double("dropout", o.Double("attn_dropout", 0)),
            AttentionBias = attention.Bool("bias", true),
            Norm = Norm(golden, o.Gives("norm") ? o.Find("norm")?.GetString() : "batch_norm"),
        });
        var batch = golden.Has("batch") ? golden.Ints("batch") : new int[golden.Shape("x")[0]];
        using var groups = RowIndex.From(golden.Device, batch, batch.Append(0).Max() + 1);
        Check(golden, layer, (l, graph, x, edges) => l.Forward(graph, x, groups, edges));
    }

    private static Func<Device, int, TensorModule>? Norm(GoldenCase golden, string? name) => name switch
    {
        null => null,
        "batch_norm" or "BatchNorm" => (device, width) => new NestedNorm(new BatchNorm(device, width) { KeepsStatistics = !golden.Training }),
        "layer_norm" or "LayerNorm" => (device, width) => new GraphLayerNorm(device, width),
        "graph_norm" or "GraphNorm" => (device, width) => new GraphNorm(device, width),
        "instance_norm" or "InstanceNorm" => (device, width) => new InstanceNorm(device, width) { KeepsStatistics = !golden.Training },
        "pair_norm" or "PairNorm" => (_, _) => new PairNorm(),
        _ => throw new InvalidDataException($"norm '{name}' is unknown"),
    };

    private static void Check<T>(GoldenCase golden, T made, Func<T, Graph, Var, Var?, Var> forward) where T : Module
    {
        using var run = new GoldenRun(golden, golden.Device);
        var layer = run.Load(made);
        using var graph = ConvCases.Graph(golden, run.Device);
        var x = run.Input("x");
        var edges = run.InputOrNull("edge_attr");
        run.Check(tape => forward(layer, graph, tape.Input(x), edges is null ? null : graph.InCanonicalOrder(tape.Input(edges))));
    }

    // PyG takes a number for all channels, or the name of a reduction.
    private static LoopFill Fill(GoldenOptions options) => options.Find("fill_value") switch
    {
        null => LoopFill.Mean,
        { ValueKind: JsonValueKind.Number } number => LoopFill.From(number.GetSingle()),
        { } text => LoopFill.From(text.GetString() switch
        {
            "mean" => Aggregation.Mean,
            "add" or "sum" => Aggregation.Sum,
            "max" => Aggregation.Max,
            "min" => Aggregation.Min,
            "mul" => Aggregation.Mul,
            var other => throw new InvalidDataException($"fill_value '{other}' is unknown"),
        }),
    };
}
