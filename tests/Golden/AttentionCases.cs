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
    };

    private static void Gat(GoldenCase golden)
    {
        var o = golden.Options;
        var layer = new GatConv(TestDevices.Cpu, o.Int("in_channels"), o.Int("out_channels"), o.Int("heads", 1), new Rng(1),
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
        var layer = new Gatv2Conv(TestDevices.Cpu, o.Int("in_channels"), o.Int("out_channels"), o.Int("heads", 1), new Rng(1),
            o.Bool("concat", true), o.Int("edge_dim", 0), o.Bool("share_weights", false), o.Bool("bias", true))
        {
            AddSelfLoops = o.Bool("add_self_loops", true),
            Fill = Fill(o),
            NegativeSlope = (float)o.Double("negative_slope", 0.2),
            Dropout = (float)o.Double("dropout", 0),
        };
        Check(golden, layer, (l, graph, x, edges) => l.Forward(graph, x, edges));
    }

    private static void Check<T>(GoldenCase golden, T made, Func<T, Graph, Var, Var?, Var> forward) where T : Module
    {
        using var run = new GoldenRun(golden, TestDevices.Cpu);
        var layer = run.Load(made);
        var ends = golden.Ints("edge_index");
        using var graph = Graph.From(run.Device, golden.Shape("x")[0], ends[..(ends.Length / 2)], ends[(ends.Length / 2)..]);
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
