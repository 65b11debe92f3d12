using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Optim;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Where the truth is known: one feature x, normal around −1 for class 0 and around +1 for class 1, one row in ten of class 1. So log p₁/p₀ = 2x − log 9.</summary>
public sealed class PriorShiftTests
{
    private const int Rows = 20_000;

    private static readonly (float[] X, int[] Y) Made = Make();

    private static (float[] X, int[] Y) Make()
    {
        var rng = new Rng(8);
        var (x, y) = (new float[Rows], new int[Rows]);
        for (var i = 0; i < Rows; i++)
        {
            y[i] = rng.Next(10) == 0 ? 1 : 0;
            x[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - rng.NextSingle())) * Math.Cos(2 * Math.PI * rng.NextSingle())) + (y[i] == 1 ? 1 : -1);
        }
        return (x, y);
    }

    private static IEnumerable<TestCaseData> Ways =>
    [
        new(LossOptions.Balanced, ClassSampling.Natural),
        new(new LossOptions { Weighting = ClassWeighting.EffectiveNumber, Beta = 0.9995 }, ClassSampling.Natural),
        new(new LossOptions { LogitAdjustment = 1 }, ClassSampling.Natural),
        new(LossOptions.Plain, ClassSampling.Oversampled),
    ];

    // A model of two numbers, which can say the truth exactly: logit = w·x + b, trained on all rows at once.
    [TestCaseSource(nameof(Ways))]
    public void Corrected_probabilities_are_those_of_the_world(LossOptions options, ClassSampling sampling)
    {
        var device = TestDevices.Cpu;
        var classes = new ClassCounts(TaskKind.Binary, [[Made.Y.Count(y => y == 0), Made.Y.Count(y => y == 1)]]);
        int[] rows = sampling == ClassSampling.Natural ? [.. Enumerable.Range(0, Rows)] : new PassOrder([.. Enumerable.Range(0, Rows)], new() { Sampling = sampling }, 1, i => Made.Y[i]).Of(0);
        using var loss = new TaskLoss(device, options, classes, sampling);
        using var model = new GraphTune.Gnn.Linear(device, 1, 1, new Rng(1));
        using var x = Tensor.From(device, new Shape(rows.Length, 1), [.. rows.Select(i => Made.X[i])]);
        using var t = Tensor.From(device, new Shape(rows.Length, 1), [.. rows.Select(i => (float)Made.Y[i])]);
        using var optimizer = new AdamW();
        for (var step = 0; step < 300; step++)
        {
            foreach (var (_, p) in model.Parameters) p.ClearGrad();
            using var tape = Tape.Train(device, 1, (uint)step);
            tape.Backward(loss.Of(model.Forward(tape.Input(x)), t));
            optimizer.Step([new("all", model.Parameters, 0.1f)], Schedule.Cosine(300), step, float.PositiveInfinity);
        }
        float w = model.Parameters.First(p => p.Path == "weight").Value.Item(), b = model.Parameters.First(p => p.Path == "bias").Value.Item();
        float[] logits = [.. Made.X.Select(v => w * v + b)];
        int[] all = [.. Enumerable.Range(0, Rows)];

        var corrected = Calibration.Fit(logits, 1, Made.Y, all, hasClasses: false, new() { Temperature = false }, loss.PriorShift);

        Assert.That(corrected.ErrorBefore, Is.GreaterThan(0.02), "as trained");
        Assert.That(corrected.ErrorAfter, Is.LessThan(0.01), "corrected");
        var far = Made.X.Zip(corrected.Probabilities(logits, 1), (v, p) => Math.Abs(p - 1 / (1 + Math.Exp(Math.Log(9) - 2 * v)))).Max();
        Assert.That(far, Is.LessThan(0.06), "of the known truth");
    }
}
