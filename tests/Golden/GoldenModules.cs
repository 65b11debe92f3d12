using System.Globalization;
using System.Text.RegularExpressions;
using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Layers;

namespace GraphTune.Tests;

/// <summary>Builds modules from the way golden files write them: <c>Sequential(Linear(5,8),ReLU,Linear(8,7))</c>.</summary>
internal static partial class GoldenModules
{
    public static TensorModule Parse(Device device, string text)
    {
        var call = Call().Match(text);
        var arguments = Split(call.Groups["arguments"].Value);
        double First(double otherwise) => arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : otherwise;
        return call.Groups["name"].Value switch
        {
            "Sequential" => new Sequential(arguments.Select(part => Parse(device, part))),
            "Linear" => Linear(device, arguments),
            "Dropout" => new Gnn.Dropout((float)First(0.5)),
            "BatchNorm1d" or "BatchNorm" => new BatchNorm(device, (int)First(0)),
            "LayerNorm" => new LayerNorm(device, (int)First(0)),
            "ELU" when First(1) != 1 => throw new InvalidDataException($"module '{text}': only ELU(1) is known"),
            "LeakyReLU" when First(0.01) != 0.01 => throw new InvalidDataException($"module '{text}': only LeakyReLU(0.01) is known"),
            "PReLU" => new PRelu(device, (int)First(1)),
            "GELU" when arguments.Length > 0 => new Activation(ActivationKind.Gelu),
            var name => new Activation(Act(name)),
        };
    }

    /// <summary>Activations by the names of their modules or functions: <c>LeakyReLU</c>, <c>leaky_relu</c>.</summary>
    public static ActivationKind Act(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("()", "", StringComparison.Ordinal).Split('.')[^1].ToUpperInvariant() switch
    {
        "RELU" => ActivationKind.Relu,
        "ELU" => ActivationKind.Elu,
        "LEAKYRELU" => ActivationKind.LeakyRelu,
        "SILU" or "SWISH" => ActivationKind.Silu,
        "GELU" => ActivationKind.ErfGelu,
        "SIGMOID" => ActivationKind.Sigmoid,
        "TANH" => ActivationKind.Tanh,
        "IDENTITY" or "NONE" or "LINEAR" => ActivationKind.None,
        _ => throw new InvalidDataException($"module or function '{name}' is unknown"),
    };

    /// <summary>An option that names an activation, where null stands for none.</summary>
    public static ActivationKind Act(GoldenOptions options, ActivationKind otherwise)
    {
        None(options, "act_kwargs");
        return options.Has("act") ? Act(options.Text("act")) : options.Gives("act") ? ActivationKind.None : otherwise;
    }

    /// <summary>An option that may be there as long as it says nothing.</summary>
    public static void None(GoldenOptions options, string name)
    {
        if (options.Find(name) is { } value && value.EnumerateObject().Any()) throw new InvalidDataException($"option '{name}' is {value}, which is not known");
    }

    /// <summary>The aggregation where it is one of PyG's plain ones, else a module for it.</summary>
    public static (Aggregation Plain, Aggregator? Module) Aggr(Device device, GoldenOptions options, string otherwise)
    {
        var name = options.Text("aggr", otherwise);
        if (name is "sum" or "add" or "mean" or "max" or "min" or "mul") return (Aggregation(name), null);
        return (GraphTune.Autograd.Ops.Aggregation.Sum, Aggregator(device, name, options.Find("aggr_kwargs") is { } given ? new GoldenOptions(given.GetRawText()) : options));
    }

    /// <summary>PyG's names of aggregations, with their parameters where they have any.</summary>
    public static Aggregator Aggregator(Device device, string name, GoldenOptions options)
    {
        float t = (float)options.Double("t", 1), p = (float)options.Double("p", 1);
        bool learn = options.Bool("learn", false), learnT = options.Bool("learn_t", learn), learnP = options.Bool("learn_p", learn);
        return name switch
        {
            "softmax" => new SoftmaxAggregation(device, t, learnT),
            "softmax_sg" => new SoftmaxAggregation(device, t, learnT, semiGrad: true),
            "powermean" or "power" => new PowerMeanAggregation(device, p, learnP),
            "var" => new VarAggregation(),
            "std" => new StdAggregation(),
            "median" => QuantileAggregation.Median(),
            _ => GraphTune.Gnn.Layers.Aggregator.From(Aggregation(name)),
        };
    }

    /// <summary>A layer on edges, such as <c>GINConv(Sequential(…),eps=0)</c>, and what it does.</summary>
    public static (Module Layer, Func<Graph, Var, Var?, Var> Forward) Convolution(Device device, string text)
    {
        var call = Call().Match(text);
        var arguments = Split(call.Groups["arguments"].Value);
        string? Named(string name) => arguments.FirstOrDefault(argument => argument.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..];
        int Size(int k) => int.Parse(arguments[k], CultureInfo.InvariantCulture);
        float eps = float.Parse(Named("eps") ?? "0", CultureInfo.InvariantCulture);
        var trains = Named("train_eps") is "True" or "true";
        switch (call.Groups["name"].Value)
        {
            case "GINConv":
                var gin = new GinConv(device, Parse(device, arguments[0]), eps, trains);
                return (gin, (graph, x, _) => gin.Forward(graph, x));
            case "GINEConv":
                var gine = new GineConv(device, Parse(device, arguments[0]), new Rng(0), eps: eps, trainEps: trains);
                return (gine, (graph, x, e) => gine.Forward(graph, x, e!));
            case "GCNConv":
                var gcn = new GcnConv(device, Size(0), Size(1), new Rng(0));
                return (gcn, (graph, x, _) => gcn.Forward(graph, x));
            case "SAGEConv":
                var sage = new SageConv(device, Size(0), Size(1), new Rng(0));
                return (sage, (graph, x, _) => sage.Forward(graph, x));
            case "GraphConv":
                var conv = new GraphConv(device, Size(0), Size(1), new Rng(0));
                return (conv, (graph, x, _) => conv.Forward(graph, x));
            case "ResGatedGraphConv":
                var gated = new ResGatedGraphConv(device, Size(0), Size(1), new Rng(0), edgeWidth: int.Parse(Named("edge_dim") ?? "0", CultureInfo.InvariantCulture));
                return (gated, gated.Forward);
            default: throw new InvalidDataException($"layer '{text}' is unknown");
        }
    }

    /// <summary>PyG's names of aggregations.</summary>
    public static Aggregation Aggregation(string name) => name switch
    {
        "sum" or "add" => GraphTune.Autograd.Ops.Aggregation.Sum,
        "mean" => GraphTune.Autograd.Ops.Aggregation.Mean,
        "max" => GraphTune.Autograd.Ops.Aggregation.Max,
        "min" => GraphTune.Autograd.Ops.Aggregation.Min,
        "mul" => GraphTune.Autograd.Ops.Aggregation.Mul,
        _ => throw new InvalidDataException($"aggregation '{name}' is unknown"),
    };

    private static Linear Linear(Device device, string[] arguments)
    {
        var bias = arguments.Length < 3 || arguments[2].Split('=')[^1].Trim() is "True" or "true";
        return new(device, int.Parse(arguments[0], CultureInfo.InvariantCulture), int.Parse(arguments[1], CultureInfo.InvariantCulture), new Rng(0), bias);
    }

    // Cuts at the commas that stand in no inner brackets.
    private static string[] Split(string text)
    {
        List<string> parts = [];
        var (depth, start) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                if (i > start) parts.Add(text[start..i].Trim());
                start = i + 1;
            }
            else depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
        }
        return [.. parts];
    }

    [GeneratedRegex(@"^\s*(?<name>\w+)\s*(\((?<arguments>.*)\))?\s*$")] private static partial Regex Call();
}
