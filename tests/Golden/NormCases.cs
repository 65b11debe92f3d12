using GraphTune.Autograd;
using GraphTune.Gnn;

namespace GraphTune.Tests;

/// <summary>Golden cases of norms.</summary>
internal static class NormCases
{
    public static readonly Dictionary<string, Action<GoldenCase>> ByLayer = new()
    {
        ["BatchNorm"] = Batch,
        ["LayerNorm"] = Layer,
        ["GraphNorm"] = golden => PerGraph(golden, new GraphNorm(golden.Device, Channels(golden), Epsilon(golden))),
        ["InstanceNorm"] = Instance,
        ["PairNorm"] = golden => PerGraph(golden, new PairNorm((float)golden.Options.Double("scale", 1), golden.Options.Bool("scale_individually", false), Epsilon(golden))),
        ["MessageNorm"] = Message,
    };

    private static void Batch(GoldenCase golden)
    {
        var o = golden.Options;
        var norm = new BatchNorm(golden.Device, Channels(golden), new()
        {
            Epsilon = Epsilon(golden),
            Momentum = Momentum(golden),
            Affine = o.Bool("affine", true),
            TrackRunningStats = o.Bool("track_running_stats", true),
            AllowSingleElement = o.Bool("allow_single_element", false),
        })
        { KeepsStatistics = !golden.Training };
        using var run = new GoldenRun(golden, golden.Device);
        var wrapped = run.Load(new Wrapped(norm));
        var x = run.Input("x");
        run.Check(tape => wrapped.Inner.Forward(tape.Input(x)));
    }

    private static void Layer(GoldenCase golden)
    {
        var affine = golden.Options.Bool("affine", true);
        if (golden.Options.Text("mode", "graph") == "graph")
        {
            PerGraph(golden, new GraphLayerNorm(golden.Device, Channels(golden), Epsilon(golden), affine));
            return;
        }
        using var run = new GoldenRun(golden, golden.Device);
        var norm = run.Load(new LayerNorm(golden.Device, Channels(golden), Epsilon(golden), affine));
        var x = run.Input("x");
        if (golden.Has("batch")) golden.LeaveOut("batch", "a row is normalised by itself, whatever its graph");
        run.Check(tape => norm.Forward(tape.Input(x)));
    }

    private static void Instance(GoldenCase golden) => PerGraph(golden, new InstanceNorm(golden.Device, Channels(golden), new()
    {
        Epsilon = Epsilon(golden),
        Momentum = (float)golden.Options.Double("momentum", 0.1),
        Affine = golden.Options.Bool("affine", false),
        TrackRunningStats = golden.Options.Bool("track_running_stats", false),
    })
    { KeepsStatistics = !golden.Training });

    private static void PerGraph(GoldenCase golden, NormPerGraph made)
    {
        using var run = new GoldenRun(golden, golden.Device);
        var norm = run.Load(made);
        var x = run.Input("x");
        var graphs = golden.Has("batch") ? golden.Ints("batch") : null;
        using var batch = graphs is null ? null : RowIndex.From(golden.Device, graphs, graphs.Append(-1).Max() + 1);
        run.Check(tape => norm.Forward(tape.Input(x), batch));
    }

    private static void Message(GoldenCase golden)
    {
        var learns = golden.Options.Bool("learn_scale", false);
        using var run = new GoldenRun(golden, golden.Device);
        using var norm = new MessageNorm(golden.Device, learns, (float)golden.Options.Double("p", 2));
        if (learns) run.Load(norm);
        else norm.Buffers.Single().Value.Write(golden.Floats("param.scale"));   // PyG keeps a constant among the parameters
        var (x, message) = (run.Input("x"), run.Input("msg"));
        run.Check(tape => norm.Forward(tape.Input(x), tape.Input(message)));
    }

    private static int Channels(GoldenCase golden) => golden.Options.Int("in_channels");

    private static float Epsilon(GoldenCase golden) => (float)golden.Options.Double("eps", 1e-5);

    // PyTorch tells "momentum": null, the average of all batches, from no momentum given.
    private static float? Momentum(GoldenCase golden) => golden.Options.Has("momentum") || !golden.Options.Gives("momentum") ? (float)golden.Options.Double("momentum", 0.1) : null;

    // PyG's BatchNorm holds PyTorch's as a part named "module".
    private sealed class Wrapped : Module
    {
        public Wrapped(BatchNorm inner) => Inner = Add("module", inner);

        public BatchNorm Inner { get; }
    }
}
