using GraphTune.Autograd;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Metrics;

namespace GraphTune.Gnn.FineTune;

/// <summary>The loss and the scores of one model on one task of whole graphs.</summary>
/// <remarks>A step sees the next batch of training graphs. Scores are computed with running statistics and no dropout, over all graphs asked for.</remarks>
internal sealed class GraphObjective(IGraphModel model, GraphTask task, IMetric? metric, TaskLoss loss, LoaderOptions options) : IObjective
{
    private readonly GraphLoader training = new(task.Device, task.Sorted, task.Train, options with { BatchSize = task.BatchSize }, model.Prepare);
    private readonly float[] outputs = new float[task.Data.Graphs * task.Outputs];
    private readonly int[] classes = Array.ConvertAll(task.Data.Labels, y => float.IsNaN(y) ? -1 : (int)y);

    /// <summary>Steps of a pass over the training graphs.</summary>
    public int Steps => training.Batches;

    /// <summary>What the scores are: the metric's name, or <c>rmse</c>.</summary>
    public string Metric => IsRegression ? "rmse" : metric!.Name;

    /// <summary>Whether a larger score is a better one.</summary>
    public bool HigherIsBetter => !IsRegression && metric!.HigherIsBetter;

    private bool IsRegression => task.Data.Task == TaskKind.Regression;

    /// <summary>The mean loss of the next batch, over the labels that are there.</summary>
    public Var Loss(TrainingStep step, WeightSnapshot? start = null)
    {
        var batch = training.Next();
        var y = start is null || model is not IGraphEmbedder parts ? model.Forward(step.Tape, batch) : Forward(parts, step, batch, start);
        return batch.Classes is { } classes ? loss.Of(y, classes) : loss.Of(y, batch.Labels);
    }

    private static Var Forward(IGraphEmbedder parts, TrainingStep step, GraphBatch batch, WeightSnapshot start)
    {
        var h = parts.Embed(step.Tape, batch);
        var g = parts.Pool(batch, h);
        step.Saw(batch.Graph, h, () => g, () => start.While(() => Embed(parts, step.Tape, batch)));
        return parts.Score(g);
    }

    // On a tape of its own, for inference; the result lives as long as the step's.
    private static Var Embed(IGraphEmbedder parts, Tape step, GraphBatch batch)
    {
        using var tape = Tape.Infer(step.Device);
        return parts.Embed(tape, batch).KeptBy(step);
    }

    /// <summary>The score of some graphs, with the weights as they are.</summary>
    public double Score(ReadOnlySpan<int> graphs, Calibration? calibration = null)
    {
        if (graphs.IsEmpty) return double.NaN;
        Predict(graphs);
        return IsRegression ? RegressionErrors.Of(outputs, task.Data.Labels, task.Outputs, graphs).RootMeanSquared : calibration?.Score(metric!, outputs, task.Outputs, classes, graphs) ?? metric!.Evaluate(outputs, classes, graphs);
    }

    public Calibration Calibrated(ReadOnlySpan<int> graphs, CalibrationOptions options)
    {
        if (IsRegression) throw new InvalidDataException($"{task.Data.Name}: numbers have no probabilities to calibrate");
        Predict(graphs);
        return Calibration.Fit(outputs, task.Outputs, classes, graphs, task.Data.Task == TaskKind.MultiClass, options, loss.PriorShift);
    }

    private void Predict(ReadOnlySpan<int> graphs) => GraphOutputs.Fill(outputs, task.Outputs, task, graphs, model.Forward, model.Prepare);

    public void Dispose()
    {
        training.Dispose();
        loss.Dispose();
    }
}
