using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Layers;
using static GraphTune.Tests.ConvCases;

namespace GraphTune.Tests;

/// <summary>Golden cases of layers that propagate through powers or polynomials of a normalised adjacency matrix.</summary>
internal static class PropagationCases
{
    public static readonly Dictionary<string, Action<GoldenCase>> ByLayer = new()
    {
        ["APPNP"] = golden => Check(golden, Appnp),
        ["SGConv"] = golden => Check(golden, Sg),
        ["GCN2Conv"] = golden => Check(golden, Gcn2),
        ["TAGConv"] = golden => Check(golden, Tag),
        ["ARMAConv"] = golden => Check(golden, Arma),
        ["ChebConv"] = golden => Check(golden, Cheb),
        ["ClusterGCNConv"] = golden => Check(golden, ClusterGcn),
        ["LEConv"] = golden => Check(golden, Le),
    };

    private static Func<Operands, Var> Appnp(GoldenRun run, GoldenOptions options)
    {
        _ = options.Bool("cached", false);
        var layer = run.Load(new Appnp(options.Int("K"), (float)options.Double("alpha"), (float)options.Double("dropout", 0))
        {
            AddSelfLoops = options.Bool("add_self_loops", true),
            Normalize = options.Bool("normalize", true),
        });
        return o => layer.Forward(o.Graph, o.X, o.Weight);
    }

    private static Func<Operands, Var> Sg(GoldenRun run, GoldenOptions options)
    {
        _ = options.Bool("cached", false);
        var layer = run.Load(new SgConv(run.Device, options.Int("in_channels"), options.Int("out_channels"), new Rng(0), options.Int("K", 1), options.Bool("bias", true))
        {
            AddSelfLoops = options.Bool("add_self_loops", true),
        });
        return o => layer.Forward(o.Graph, o.X, o.Weight);
    }

    private static Func<Operands, Var> Gcn2(GoldenRun run, GoldenOptions options)
    {
        _ = options.Bool("cached", false);
        float? theta = options.Has("theta") ? (float)options.Double("theta") : null;
        int? number = options.Has("layer") ? options.Int("layer") : null;
        var layer = run.Load(new Gcn2Conv(run.Device, options.Int("channels"), (float)options.Double("alpha"), new Rng(0), theta, number, options.Bool("shared_weights", true))
        {
            AddSelfLoops = options.Bool("add_self_loops", true),
            Normalize = options.Bool("normalize", true),
        });
        var first = run.Input("x_0");
        return o => layer.Forward(o.Graph, o.X, o.X.Tape.Input(first), o.Weight);
    }

    private static Func<Operands, Var> Tag(GoldenRun run, GoldenOptions options)
    {
        var layer = run.Load(new TagConv(run.Device, options.Int("in_channels"), options.Int("out_channels"), new Rng(0), options.Int("K", 3), options.Bool("bias", true))
        {
            Normalize = options.Bool("normalize", true),
        });
        return o => layer.Forward(o.Graph, o.X, o.Weight);
    }

    private static Func<Operands, Var> Arma(GoldenRun run, GoldenOptions options)
    {
        var layer = run.Load(new ArmaConv(run.Device, options.Int("in_channels"), options.Int("out_channels"), new Rng(0),
            options.Int("num_stacks", 1), options.Int("num_layers", 1), options.Bool("shared_weights", false), options.Bool("bias", true))
        {
            Act = GoldenModules.Act(options, ActivationKind.Relu),
            Dropout = (float)options.Double("dropout", 0),
        });
        return o => layer.Forward(o.Graph, o.X, o.Weight);
    }

    private static Func<Operands, Var> Cheb(GoldenRun run, GoldenOptions options)
    {
        var normalization = !options.Gives("normalization") ? "sym" : options.Text("normalization", "none");
        var layer = run.Load(new ChebConv(run.Device, options.Int("in_channels"), options.Int("out_channels"), options.Int("K"), new Rng(0), options.Bool("bias", true))
        {
            Normalization = normalization switch { "sym" => LaplacianNorm.Symmetric, "rw" => LaplacianNorm.RandomWalk, _ => LaplacianNorm.None },
        });
        var largest = run.InputOrNull("lambda_max");
        var constant = options.Has("lambda_max") ? run.Constant((float)options.Double("lambda_max")) : null;
        return o => layer.Forward(o.Graph, o.X, o.Weight, constant ?? largest);
    }

    private static Func<Operands, Var> ClusterGcn(GoldenRun run, GoldenOptions options)
    {
        var layer = run.Load(new ClusterGcnConv(run.Device, options.Int("in_channels"), options.Int("out_channels"), new Rng(0), (float)options.Double("diag_lambda", 0), options.Bool("bias", true))
        {
            AddSelfLoops = options.Bool("add_self_loops", true),
        });
        return o => layer.Forward(o.Graph, o.X);
    }

    private static Func<Operands, Var> Le(GoldenRun run, GoldenOptions options)
    {
        var layer = run.Load(new LeConv(run.Device, options.Int("in_channels"), options.Int("out_channels"), new Rng(0), options.Bool("bias", true)));
        return o => layer.Forward(o.Graph, o.X, o.Weight);
    }
}
