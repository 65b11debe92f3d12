using System.Text.Json;
using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Layers;
using GraphTune.Kernels;

namespace GraphTune.Tests;

/// <summary>Golden cases of aggregations over the nodes of each graph, and of jumping knowledge.</summary>
internal static class AggregationCases
{
    public static readonly Dictionary<string, Action<GoldenCase>> ByLayer = new()
    {
        ["SumAggregation"] = golden => Simple(golden, Aggregation.Sum),
        ["MeanAggregation"] = golden => Simple(golden, Aggregation.Mean),
        ["MaxAggregation"] = golden => Simple(golden, Aggregation.Max),
        ["MinAggregation"] = golden => Simple(golden, Aggregation.Min),
        ["MulAggregation"] = golden => Simple(golden, Aggregation.Mul),
        ["VarAggregation"] = golden => Check(golden, (_, o) => new VarAggregation(o.Bool("semi_grad", false))),
        ["StdAggregation"] = golden => Check(golden, (_, o) => new StdAggregation(o.Bool("semi_grad", false))),
        ["SoftmaxAggregation"] = golden => Check(golden, (run, o) =>
            new SoftmaxAggregation(run.Device, (float)o.Double("t", 1), o.Bool("learn", false), o.Bool("semi_grad", false), o.Int("channels", 1))),
        ["PowerMeanAggregation"] = golden => Check(golden, (run, o) => new PowerMeanAggregation(run.Device, (float)o.Double("p", 1), o.Bool("learn", false), o.Int("channels", 1))),
        ["MedianAggregation"] = golden => Check(golden, (_, o) => Quantiles(golden, "lower", 0.5)),
        ["QuantileAggregation"] = golden => Check(golden, (_, o) => Quantiles(golden, o.Text("interpolation", "linear"), o.Doubles("q"))),
        ["SortAggregation"] = golden => Check(golden, (_, o) => o.Int("k") is var k ? (x, groups) => x.SortPool(groups, k) : null!),
        ["AttentionalAggregation"] = golden => Check(golden, Attentional),
        ["Set2Set"] = golden => Check(golden, (run, o) => run.Load(new Set2Set(run.Device, o.Int("in_channels"), o.Int("processing_steps"), new Rng(0), o.Int("num_layers", 1))).Forward),
        ["JumpingKnowledge"] = JumpingKnowledgeCase,
    };

    private static void Simple(GoldenCase golden, Aggregation how) => Check(golden, (_, _) => Aggregator.From(how));

    private static void Check(GoldenCase golden, Func<GoldenRun, GoldenOptions, Aggregator> build) => Check(golden, (run, options) =>
    {
        var layer = run.Load(build(run, options));
        return (x, groups) => layer.Forward(x, groups);
    });

    private static void Check(GoldenCase golden, Func<GoldenRun, GoldenOptions, Func<Var, RowIndex, Var>> build)
    {
        using var run = new GoldenRun(golden, golden.Device);
        var layer = build(run, golden.Options);
        using var groups = RowIndex.From(run.Device, golden.Ints("batch"), golden.Options.Int("dim_size"));
        var x = run.Input("x");
        run.Check(tape => layer(tape.Input(x), groups));
    }

    private static QuantileAggregation Quantiles(GoldenCase golden, string interpolation, params double[] q)
    {
        if (golden.Has("buffer.q")) golden.Expect("buffer.q", q);
        return new(Enum.Parse<Interpolation>(interpolation, ignoreCase: true), (float)golden.Options.Double("fill_value", 0), [.. q.Select(part => (float)part)]);
    }

    private static Func<Var, RowIndex, Var> Attentional(GoldenRun run, GoldenOptions options) => run.Load(new AttentionalAggregation(
        GoldenModules.Parse(run.Device, options.Text("gate_nn")),
        options.Find("nn") is { ValueKind: JsonValueKind.String } nn ? GoldenModules.Parse(run.Device, nn.GetString()!) : null)).Forward;

    private static void JumpingKnowledgeCase(GoldenCase golden)
    {
        using var run = new GoldenRun(golden, golden.Device);
        var (mode, channels, layers) = (golden.Options.Text("mode"), golden.Options.Int("channels", 0), golden.Options.Int("num_layers", 0));
        var join = run.Load(mode == "lstm" ? new JumpingKnowledge(run.Device, channels, layers, new Rng(0)) : new JumpingKnowledge(mode == "cat" ? JumpingMode.Cat : JumpingMode.Max));
        Parameter[] inputs = [.. golden.Names("x.").OrderBy(name => int.Parse(name[2..])).Select(run.Input)];
        run.Check(tape => join.Forward([.. inputs.Select(tape.Input)]));
    }
}
