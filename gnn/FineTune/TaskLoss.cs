using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.FineTune;

/// <summary>The loss of one task on its device: <see cref="LossOptions"/> with the weights and priors that the training rows' labels give.</summary>
internal sealed class TaskLoss : IDisposable
{
    private readonly LossOptions options;
    private readonly ClassCounts counts;
    private readonly Tensor? weight, second, adjustment;   // of classes, or of tasks with their positives' factor

    /// <summary>Prepares a loss.</summary>
    /// <param name="device">Where logits are.</param>
    /// <param name="options">What is minimised.</param>
    /// <param name="counts">The labels of the training rows.</param>
    /// <param name="sampling">How rows are drawn: where classes are drawn alike, their weights and priors are alike already.</param>
    /// <param name="drawn">Whether batches are drawn so; if not, as on a full graph, rows are weighted as if they were.</param>
    public TaskLoss(Device device, LossOptions options, ClassCounts counts, ClassSampling sampling = ClassSampling.Natural, bool drawn = true)
    {
        (this.options, this.counts) = (options.Checked(), counts);
        if (counts.Kind == TaskKind.Regression && (options != LossOptions.Plain || sampling != ClassSampling.Natural))
            throw new InvalidDataException("loss: numbers to predict have no classes; take the plain loss and natural draws");
        if (counts.Kind == TaskKind.Binary && options.Smoothing != 0) throw new InvalidDataException($"loss: smoothing {options.Smoothing} is for several classes, but the tasks are binary");
        var even = sampling != ClassSampling.Natural;
        double[][] weights = [.. counts.Tasks.Select(n => ClassCounts.Weights(!even ? options : drawn ? LossOptions.Plain : LossOptions.Balanced, n))];
        double[][] adjust = [.. counts.Tasks.Select(n => even ? new double[n.Length] : Adjustment(n))];
        PriorShift = [.. counts.Tasks.SelectMany((n, task) => Columns(Shift(n, weights[task], adjust[task], even && drawn)))];
        (weight, second) = counts.Kind == TaskKind.Binary ? BinaryWeights(device, weights) : counts.Kind == TaskKind.MultiClass ? (Made(device, weights[0]), null) : (null, null);
        adjustment = options.LogitAdjustment == 0 || even ? null : Tensor.From(device, new Shape(PriorShift.Count), [.. adjust.SelectMany(Columns).Select(x => (float)x)]);
    }

    /// <summary>What to add to each logit so that probabilities are those of classes as common as in the training rows; zeros where training left them so.</summary>
    /// <remarks>log π_k − log q_k + τ·log π_k, q_k ∝ π_k·w_k·(draws of a row of class k): Elkan 2001, theorem 2; up to a constant for all classes.</remarks>
    public IReadOnlyList<double> PriorShift { get; }

    /// <summary>The mean loss of rows with one class each.</summary>
    public Var Of(Var logits, Indices labels, Indices? rows = null) => Adjusted(logits).CrossEntropy(labels, rows, new() { Weight = weight, Gamma = options.Gamma, Smoothing = options.Smoothing });

    /// <summary>The mean loss of the labels that are there, of binary tasks or of numbers.</summary>
    public Var Of(Var outputs, Tensor labels)
    {
        if (counts.Kind == TaskKind.Regression) return outputs.MeanSquaredError(labels);
        var x = Adjusted(outputs);
        return options.Gamma == 0
            ? x.BceWithLogits(labels, new() { Weight = weight, PositiveWeight = second })
            : x.FocalLoss(labels, alpha: -1f, options.Gamma, weight: weight, alphas: second);
    }

    private Var Adjusted(Var x) => adjustment is null ? x : x + x.Tape.Input(adjustment);

    private double[] Adjustment(int[] count) => [.. count.Select(n => options.LogitAdjustment * Math.Log(Math.Max(n, 0.5) / count.Sum()))];

    private static double[] Shift(int[] count, double[] weights, double[] adjust, bool drawnEvenly) =>
        [.. count.Select((n, k) => adjust[k] - Math.Log(weights[k]) + (drawnEvenly ? Math.Log(Math.Max(n, 0.5) / count.Sum()) : 0))];

    // A binary task has one logit, the difference of two classes'.
    private double[] Columns(double[] ofClass) => counts.Kind == TaskKind.Binary ? [ofClass[1] - ofClass[0]] : ofClass;

    // With focus, the share α of the positives; without, their factor over the negatives'.
    private (Tensor? Weight, Tensor? Second) BinaryWeights(Device device, double[][] weights) =>
        weights.All(w => w[0] == 1 && w[1] == 1) ? (null, null)
        : options.Gamma == 0 ? (Made(device, [.. weights.Select(w => w[0])]), Made(device, [.. weights.Select(w => w[1] / w[0])]))
        : (Made(device, [.. weights.Select(w => w[0] + w[1])]), Made(device, [.. weights.Select(w => w[1] / (w[0] + w[1]))]));

    private static Tensor? Made(Device device, double[] values) =>
        values.All(v => v == 1) ? null : Tensor.From(device, new Shape(values.Length), Array.ConvertAll(values, v => (float)v));

    public void Dispose()
    {
        weight?.Dispose();
        second?.Dispose();
        adjustment?.Dispose();
    }
}
