using System.Text.Json;
using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Layers;

namespace GraphTune.Tests;

/// <summary>Golden cases of layers over several kinds of edges.</summary>
internal static class RelationCases
{
    public static readonly Dictionary<string, Action<GoldenCase>> ByLayer = new()
    {
        ["RGCNConv"] = Rgcn,
        ["FiLMConv"] = Film,
        ["HGTConv"] = Hgt,
        ["HANConv"] = Han,
    };

    private static void Rgcn(GoldenCase golden)
    {
        var o = golden.Options;
        _ = o.Bool("is_sorted", false);
        using var run = new GoldenRun(golden, golden.Device);
        var layer = run.Load(new RgcnConv(run.Device, o.Int("in_channels"), o.Int("out_channels"), o.Int("num_relations"), new Rng(0),
            new(o.Int("num_bases", 0), o.Int("num_blocks", 0)), o.Bool("root_weight", true), o.Bool("bias", true))
        {
            Aggr = GoldenModules.Aggregation(o.Text("aggr", "mean")),
        });
        using var graph = Relations(golden, golden.Has("x") ? golden.Shape("x")[0] : o.Int("in_channels"));
        var x = run.InputOrNull("x");
        run.Check(tape => x is null ? layer.Forward(graph, tape) : layer.Forward(graph, tape.Input(x)));
    }

    private static void Film(GoldenCase golden)
    {
        var o = golden.Options;
        using var run = new GoldenRun(golden, golden.Device);
        Func<TensorModule>? nn = o.Has("nn") ? () => GoldenModules.Parse(run.Device, o.Text("nn")) : null;
        var layer = run.Load(new FilmConv(run.Device, o.Int("in_channels"), o.Int("out_channels"), new Rng(0), o.Int("num_relations", 1), nn,
            GoldenModules.Act(o, ActivationKind.Relu), GoldenModules.Aggregation(o.Text("aggr", "mean"))));
        using var graph = Relations(golden, golden.Shape("x")[0]);
        var x = run.Input("x");
        run.Check(tape => layer.Forward(graph, tape.Input(x)));
    }

    private static void Hgt(GoldenCase golden)
    {
        var o = golden.Options;
        var (kinds, types) = Metadata(o);
        using var run = new GoldenRun(golden, golden.Device);
        var layer = run.Load(new HgtConv(run.Device, Inputs(o, kinds), o.Int("out_channels"), types, new Rng(0), o.Int("heads", 1)));
        Check(golden, run, types, kinds, layer.Forward);
    }

    private static void Han(GoldenCase golden)
    {
        var o = golden.Options;
        var (kinds, types) = Metadata(o);
        using var run = new GoldenRun(golden, golden.Device);
        var layer = run.Load(new HanConv(run.Device, Inputs(o, kinds), o.Int("out_channels"), types, new Rng(0), o.Int("heads", 1),
            (float)o.Double("negative_slope", 0.2), (float)o.Double("dropout", 0)));
        Check(golden, run, types, kinds, layer.Forward);
    }

    private static void Check(GoldenCase golden, GoldenRun run, EdgeType[] types, string[] kinds,
        Func<HeteroGraph, IReadOnlyDictionary<string, Var>, IReadOnlyDictionary<string, Var>> forward)
    {
        using var graph = new HeteroGraph(run.Device, kinds.ToDictionary(kind => kind, kind => golden.Shape($"x.{kind}")[0]),
            types.Where(type => golden.Has($"edge_index.{type}")).Select(type => golden.Ints($"edge_index.{type}") is var ends ? (type, ends[..(ends.Length / 2)], ends[(ends.Length / 2)..]) : default));
        var x = kinds.ToDictionary(kind => kind, kind => run.Input($"x.{kind}"));
        run.Check(tape => forward(graph, x.ToDictionary(kind => kind.Key, kind => tape.Input(kind.Value))).ToDictionary(kind => $"out.{kind.Key}", kind => kind.Value));
    }

    private static RelationalGraph Relations(GoldenCase golden, int nodes)
    {
        var ends = golden.Ints("edge_index");
        var type = golden.Has("edge_type") ? golden.Ints("edge_type") : new int[ends.Length / 2];
        return new(golden.Device, nodes, ends[..(ends.Length / 2)], ends[(ends.Length / 2)..], type, golden.Options.Int("num_relations", 1));
    }

    // [[kinds of nodes], [[source, relation, target], …]].
    private static (string[] Kinds, EdgeType[] Types) Metadata(GoldenOptions options)
    {
        JsonElement[] metadata = [.. options.Find("metadata")!.Value.EnumerateArray()];
        return ([.. metadata[0].EnumerateArray().Select(kind => kind.GetString()!)],
            [.. metadata[1].EnumerateArray().Select(type => new EdgeType(type[0].GetString()!, type[1].GetString()!, type[2].GetString()!))]);
    }

    private static Dictionary<string, int> Inputs(GoldenOptions options, string[] kinds)
    {
        var inputs = options.Find("in_channels")!.Value;
        return kinds.ToDictionary(kind => kind, kind => inputs.ValueKind == JsonValueKind.Number ? inputs.GetInt32() : inputs.GetProperty(kind).GetInt32());
    }
}
