using System.Diagnostics;
using System.Globalization;
using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.Reporting;

/// <summary>Logistic regression on the frozen encoder's embeddings (least squares for numbers), its L2 chosen on the validation rows.</summary>
/// <remarks>
/// Minimises mean loss + ½λ‖W‖² over columns scaled to deviation 1 on the training rows, by <see cref="Lbfgs"/>: convex, so the result depends
/// on no seed. λ falls from 10 to 0.0001 in tens, each starting from the one before; of equal scores the largest is taken. Missing labels count nowhere.
/// </remarks>
public sealed record LogisticProbe : IMethod
{
    private static readonly double[] Penalties = [10, 1, 0.1, 0.01, 0.001, 0.0001];

    /// <inheritdoc/>
    public string Name => "logistic-probe";

    /// <inheritdoc/>
    public bool Pretrained => true;

    /// <inheritdoc/>
    public string? Identity(int labels) => "logistic-probe 1";

    /// <inheritdoc/>
    public RunResult Run(Bench bench, Split split, ulong seed, RunWatch watch)
    {
        var frozen = bench.Frozen;
        var clock = Stopwatch.StartNew();
        bench.Device.Pool.ResetPeak();
        var rows = ScaledRows.By(frozen.Values, frozen.Width, split.Train);
        using var fit = new ProbeFit(bench.Device, rows, frozen.Width, bench.Targets, split.Train);
        var (best, validation, chosen) = (Array.Empty<double>(), double.NaN, Penalties[0]);
        var weights = new double[fit.Count];
        foreach (var penalty in Penalties)
        {
            weights = fit.Run(weights, penalty);
            var score = bench.Score(fit.Predict(weights), split.Validation);
            if (best.Length > 0 && !(bench.HigherIsBetter ? score > validation : score < validation)) continue;
            (best, validation, chosen) = (weights, score, penalty);
        }
        var outputs = fit.Predict(best);
        return new(seed, bench.Judge(split, _ => outputs), validation, 0, "")
        {
            Seconds = frozen.Seconds + clock.Elapsed.TotalSeconds,
            PeakBytes = Math.Max(frozen.PeakBytes, bench.Device.Pool.PeakBytes),
            Choice = string.Create(CultureInfo.InvariantCulture, $"L2 = {chosen}"),
            Reliability = watch.Reliability ? ReliabilityBin.Of(bench, outputs, split.Validation) : [],
        };
    }
}

/// <summary>The regression on some training rows: W[outputs, width], then b[outputs], as one vector.</summary>
internal sealed class ProbeFit : IDisposable
{
    private readonly Tensor all, train;
    private readonly Tensor? labels;
    private readonly Indices? classes;
    private readonly Parameter weight, bias;
    private readonly Device device;
    private readonly TaskKind kind;

    public ProbeFit(Device device, float[] rows, int width, Targets targets, int[] train)
    {
        (this.device, kind) = (device, targets.Kind);
        all = Tensor.From(device, new Shape(rows.Length / width, width), rows);
        this.train = Tensor.From(device, new Shape(train.Length, width), ScaledRows.Take(rows, width, train));
        if (kind == TaskKind.MultiClass) classes = Indices.From(device, Array.ConvertAll(train, row => (int)targets.Of(row)));
        else labels = Tensor.From(device, new Shape(train.Length, targets.Tasks), ScaledRows.Take(targets.Values, targets.Tasks, train));
        (weight, bias) = (new(device, new Shape(targets.Outputs, width)), new(device, new Shape(targets.Outputs)));
    }

    /// <summary>Numbers in the vector.</summary>
    public int Count => weight.Shape.Count + bias.Shape.Count;

    /// <summary>The minimum for a λ.</summary>
    public double[] Run(double[] start, double penalty) => new Lbfgs().Minimise(start, at =>
    {
        Write(at);
        weight.ClearGrad();
        bias.ClearGrad();
        using var tape = Tape.Train(device);
        var loss = Loss(tape.Input(train).Linear(weight, bias));
        tape.Backward(loss);
        double[] gradient = [.. weight.Grad.ToArray(), .. bias.Grad.ToArray()];
        var value = (double)loss.Item();
        for (var i = 0; i < weight.Shape.Count; i++)
        {
            value += 0.5 * penalty * at[i] * at[i];
            gradient[i] += penalty * at[i];
        }
        return (value, gradient);
    });

    /// <summary>What it says of all rows.</summary>
    public float[] Predict(double[] at)
    {
        Write(at);
        using var tape = Tape.Infer(device);
        return tape.Input(all).Linear(weight, bias).ToArray();
    }

    private void Write(double[] at)
    {
        var values = Array.ConvertAll(at, v => (float)v);
        weight.Write(values.AsSpan(0, weight.Shape.Count));
        bias.Write(values.AsSpan(weight.Shape.Count));
    }

    private Var Loss(Var y) => kind switch
    {
        TaskKind.MultiClass => y.CrossEntropy(classes!),
        TaskKind.Binary => y.BceWithLogits(labels!),
        _ => y.MeanSquaredError(labels!),
    };

    public void Dispose()
    {
        foreach (var tensor in new IDisposable?[] { all, train, labels, classes, weight, bias }) tensor?.Dispose();
    }
}
