using System.Text.RegularExpressions;
using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Optim;

namespace GraphTune.Tests;

/// <summary>Golden cases of optimizers and gradient clipping, alone: the gradients of every step are in the file.</summary>
internal static partial class OptimCases
{
    public static readonly Dictionary<string, Action<GoldenCase>> ByLayer = new()
    {
        ["AdamW"] = golden => Check(golden, new AdamW(Adam(golden.Options)), decay: 0.01),
        ["Adam"] = golden => Check(golden, new Adam(Adam(golden.Options)), decay: 0),
        ["SGD"] = golden => Check(golden, new Sgd(Sgd(golden.Options)), decay: 0),
        ["clip_grad_norm_"] = Clip,
    };

    private static AdamOptions Adam(GoldenOptions options)
    {
        double[] betas = options.Has("betas") ? options.Doubles("betas") : [0.9, 0.999];
        return new()
        {
            Beta1 = betas[0],
            Beta2 = betas[1],
            Epsilon = options.Double("eps", 1e-8),
            AmsGrad = options.Bool("amsgrad", false),
            Maximize = options.Bool("maximize", false),
        };
    }

    private static SgdOptions Sgd(GoldenOptions options) => new()
    {
        Momentum = options.Double("momentum", 0),
        Dampening = options.Double("dampening", 0),
        Nesterov = options.Bool("nesterov", false),
        Maximize = options.Bool("maximize", false),
    };

    private static void Check(GoldenCase golden, Optimizer optimizer, double decay)
    {
        using var _ = optimizer;
        foreach (var name in new[] { "X", "Y", "loss" }) golden.LeaveOut(name, "the problem whose gradients the file holds; they are given, not computed");
        var parameters = golden.Names("param.").ToDictionary(name => name["param.".Length..], name => Parameter(golden, name));
        var groups = Groups(golden.Options, parameters, golden.Options.Double("weight_decay", decay)).ToArray();
        var schedule = golden.Options.Has("schedule") ? Cosine(golden.Options.Text("schedule")) : Schedule.Constant();
        var clip = (float)golden.Options.Double("clip_grad_norm", double.PositiveInfinity);
        var steps = golden.Shape("lr")[0];

        for (var step = 1; step <= steps; step++)
        {
            foreach (var (name, p) in parameters)
                if (golden.Has($"grad.step{step}.{name}")) OptimizerTests.SetGrad(p, golden.Floats($"grad.step{step}.{name}")); else p.ClearGrad();
            optimizer.Step(groups, schedule, step - 1, clip);
            foreach (var (name, p) in parameters) golden.Expect($"out.step{step}.{name}", p.ToArray());
        }

        golden.ExpectRelative("lr", [.. Enumerable.Range(0, steps).SelectMany(step => groups.Select(g => schedule.Rate(step, g.LearningRate)))], 1e-6);
        foreach (var p in parameters.Values) p.Dispose();
    }

    private static IEnumerable<ParameterGroup> Groups(GoldenOptions options, Dictionary<string, Parameter> parameters, double decay)
    {
        var usual = options.Double("lr", 1e-3);
        foreach (var (group, i) in options.Objects("groups").Select((group, i) => (group, i)))
        {
            yield return new($"{i}", group.Texts("params").Select(name => (name, parameters[name])), (float)group.Double("lr", usual)) { WeightDecay = (float)group.Double("weight_decay", decay) };
            if (group.Unknown.Any()) throw new InvalidDataException($"unknown option {string.Join(", ", group.Unknown)} in group {i}");
        }
    }

    private static Schedule Cosine(string text)
    {
        var call = CosineCall().Match(text);
        return call.Success
            ? Schedule.Cosine(int.Parse(call.Groups["steps"].Value), double.Parse(call.Groups["floor"].Value))
            : throw new InvalidDataException($"schedule '{text}' is unknown");
    }

    private static void Clip(GoldenCase golden)
    {
        var parameters = golden.Names("grad_in.").ToDictionary(name => name["grad_in.".Length..], name => new Parameter(golden.Device, new Shape(golden.Shape(name))));
        foreach (var (name, p) in parameters) OptimizerTests.SetGrad(p, golden.Floats($"grad_in.{name}"));

        using var measured = ClipGradNorm.Apply(parameters.Values, (float)golden.Options.Double("max_norm"), (float)golden.Options.Double("norm_type", 2));

        golden.Expect("total_norm", measured!.ToArray()[1]);
        foreach (var (name, p) in parameters)
        {
            golden.Expect($"grad_out.{name}", p.Grad.ToArray());
            p.Dispose();
        }
    }

    private static Parameter Parameter(GoldenCase golden, string name)
    {
        var p = new Parameter(golden.Device, new Shape(golden.Shape(name)));
        p.Write(golden.Floats(name));
        return p;
    }

    [GeneratedRegex(@"^CosineAnnealingLR\(T_max=(?<steps>\d+),\s*eta_min=(?<floor>[\d.e-]+)\)(, stepped after every step)?$")] private static partial Regex CosineCall();
}
