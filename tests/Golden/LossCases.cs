using GraphTune.Autograd;
using GraphTune.Autograd.Ops;

namespace GraphTune.Tests;

/// <summary>Golden cases of losses.</summary>
internal static class LossCases
{
    public static readonly Dictionary<string, Action<GoldenCase>> ByLayer = new()
    {
        ["binary_cross_entropy_with_logits"] = BinaryCrossEntropy,
        ["cross_entropy"] = CrossEntropy,
        ["focal_loss"] = Focal,
        ["l1_loss"] = golden => Elementwise(golden, (x, target, weight) => x.L1Loss(target, Reduction(golden), weight)),
        ["mse_loss"] = golden => Elementwise(golden, (x, target, weight) => x.MeanSquaredError(target, Reduction(golden), weight)),
        ["smooth_l1_loss"] = golden => Elementwise(golden, (x, target, weight) => x.SmoothL1Loss(target, (float)golden.Options.Double("beta", 1), Reduction(golden), weight)),
    };

    private static Reduction Reduction(GoldenCase golden, string otherwise = "mean") => golden.Options.Text("reduction", otherwise) switch
    {
        "mean" => Autograd.Ops.Reduction.Mean,
        "sum" => Autograd.Ops.Reduction.Sum,
        "none" => Autograd.Ops.Reduction.None,
        var other => throw new InvalidDataException($"reduction '{other}' is unknown"),
    };

    private static void BinaryCrossEntropy(GoldenCase golden)
    {
        using var run = new GoldenRun(golden, golden.Device);
        var (logits, target) = (run.Input("logits"), run.Input("target"));
        var options = new BceOptions { PositiveWeight = run.InputOrNull("pos_weight"), Weight = run.InputOrNull("weight"), Reduction = Reduction(golden) };
        run.Check(tape => tape.Input(logits).BceWithLogits(target, options));
    }

    private static void CrossEntropy(GoldenCase golden)
    {
        using var run = new GoldenRun(golden, golden.Device);
        var (logits, target) = (run.Input("logits"), run.Ids("target"));
        var options = new CrossEntropyOptions
        {
            Weight = run.InputOrNull("weight"),
            Smoothing = (float)golden.Options.Double("label_smoothing", 0),
            Ignore = golden.Options.Int("ignore_index", -100),
            Reduction = Reduction(golden),
        };
        run.Check(tape => tape.Input(logits).CrossEntropy(target, rows: null, options));
    }

    private static void Focal(GoldenCase golden)
    {
        using var run = new GoldenRun(golden, golden.Device);
        var (logits, target) = (run.Input("logits"), run.Input("target"));
        var (alpha, gamma) = ((float)golden.Options.Double("alpha", 0.25), (float)golden.Options.Double("gamma", 2));
        run.Check(tape => tape.Input(logits).FocalLoss(target, alpha, gamma, Reduction(golden, otherwise: "none")));
    }

    private static void Elementwise(GoldenCase golden, Func<Var, Engine.Tensor, Engine.Tensor?, Var> loss)
    {
        using var run = new GoldenRun(golden, golden.Device);
        var (input, target, weight) = (run.Input("input"), run.Input("target"), run.InputOrNull("weight"));
        run.Check(tape => loss(tape.Input(input), target, weight));
    }
}
