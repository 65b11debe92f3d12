using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Layers;
using static GraphTune.Tests.ConvCases;

namespace GraphTune.Tests;

/// <summary>Golden cases of layers that compute a message for each edge.</summary>
internal static class EdgeFeatureCases
{
    public static readonly Dictionary<string, Action<GoldenCase>> ByLayer = new()
    {
        ["GINEConv"] = golden => Check(golden, Gine),
        ["ResGatedGraphConv"] = golden => Check(golden, ResGated),
        ["GENConv"] = golden => Check(golden, (run, options) => Gen(run, options, golden.Training)),
        ["NNConv"] = golden => Check(golden, NnConv),
        ["EdgeConv"] = golden => Check(golden, EdgeConv),
        ["PNAConv"] = golden => Check(golden, (run, options) => Pna(golden, run, options)),
    };

    private static Func<Operands, Var> Gine(GoldenRun run, GoldenOptions options)
    {
        var nn = GoldenModules.Parse(run.Device, options.Text("nn"));
        var layer = run.Load(new GineConv(run.Device, nn, new Rng(0), Widths(nn).In, options.Int("edge_dim", 0), (float)options.Double("eps", 0),
            options.Bool("train_eps", false), GoldenModules.Aggregation(options.Text("aggr", "add"))));
        return o => layer.Forward(o.Graph, o.X, o.Attributes!);
    }

    private static Func<Operands, Var> ResGated(GoldenRun run, GoldenOptions options)
    {
        var layer = run.Load(new ResGatedGraphConv(run.Device, options.Int("in_channels"), options.Int("out_channels"), new Rng(0), options.Int("edge_dim", 0),
            options.Bool("root_weight", true), options.Bool("bias", true), GoldenModules.Act(options, ActivationKind.Sigmoid), GoldenModules.Aggregation(options.Text("aggr", "add"))));
        return o => layer.Forward(o.Graph, o.X, o.Attributes);
    }

    private static Func<Operands, Var> Gen(GoldenRun run, GoldenOptions options, bool training)
    {
        var norm = options.Gives("norm") ? options.Text("norm", "none") : "batch";
        var layer = run.Load(new GenConv(run.Device, options.Int("in_channels"), options.Int("out_channels"), new Rng(0),
            GoldenModules.Aggregator(run.Device, options.Text("aggr", "softmax"), options), new()
            {
                Norm = norm switch
                {
                    "batch" => (device, width) => new BatchNorm(device, width) { KeepsStatistics = !training },
                    "layer" => (device, width) => new LayerNorm(device, width),
                    "instance" => (device, width) => new LayerNorm(device, width, affine: false),   // PyTorch's InstanceNorm1d takes rows for channels here
                    _ => null,
                },
                MessageNorm = options.Bool("msg_norm", false),
                LearnMessageScale = options.Bool("learn_msg_scale", false),
                Layers = options.Int("num_layers", 2),
                Expansion = options.Int("expansion", 2),
                Epsilon = (float)options.Double("eps", 1e-7),
                Bias = options.Bool("bias", false),
                EdgeWidth = options.Int("edge_dim", 0),
            }));
        return o => layer.Forward(o.Graph, o.X, o.Attributes);
    }

    private static Func<Operands, Var> NnConv(GoldenRun run, GoldenOptions options)
    {
        var (plain, module) = GoldenModules.Aggr(run.Device, options, "add");
        var layer = run.Load(new NnConv(run.Device, options.Int("in_channels"), options.Int("out_channels"), GoldenModules.Parse(run.Device, options.Text("nn")), new Rng(0),
            plain, options.Bool("root_weight", true), options.Bool("bias", true))
        {
            AggrModule = module,
        });
        return o => layer.Forward(o.Graph, o.X, o.Attributes!);
    }

    private static Func<Operands, Var> EdgeConv(GoldenRun run, GoldenOptions options)
    {
        var nn = GoldenModules.Parse(run.Device, options.Text("nn"));
        var (plain, module) = GoldenModules.Aggr(run.Device, options, "max");
        var layer = run.Load(new EdgeConv(nn, Widths(nn).Out, plain) { AggrModule = module });
        return o => layer.Forward(o.Graph, o.X);
    }

    private static Func<Operands, Var> Pna(GoldenCase golden, GoldenRun run, GoldenOptions options)
    {
        var made = new PnaConv(run.Device, options.Int("in_channels"), options.Int("out_channels"),
            options.Texts("aggregators").Select(name => GoldenModules.Aggregator(run.Device, name, options)),
            options.Texts("scalers").Select(name => Enum.Parse<DegreeScale>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true)),
            golden.Ints("deg"), new Rng(0), new()
            {
                EdgeWidth = options.Int("edge_dim", 0),
                Towers = options.Int("towers", 1),
                PreLayers = options.Int("pre_layers", 1),
                PostLayers = options.Int("post_layers", 1),
                DivideInput = options.Bool("divide_input", false),
                Act = GoldenModules.Act(options, ActivationKind.Relu),
                TrainNorm = options.Bool("train_norm", false),
            });
        var kind = options.Bool("train_norm", false) ? "param" : "buffer";
        golden.Expect($"{kind}.aggr_module.avg_deg_lin", made.Aggr.AverageDegree.ToArray());
        golden.Expect($"{kind}.aggr_module.avg_deg_log", made.Aggr.AverageLog.ToArray());
        var layer = run.Load(made);
        return o => layer.Forward(o.Graph, o.X, o.Attributes);
    }

    // Columns of the first map's input and of the last one's output.
    private static (int In, int Out) Widths(TensorModule nn)
    {
        Linear[] maps = [.. nn.Modules.Select(part => part.Value).OfType<Linear>()];
        return (maps[0].Weight.Shape[1], maps[^1].Weight.Shape[0]);
    }
}
