using GraphTune.Gnn.Data;
using GraphTune.Gnn.Metrics;

namespace GraphTune.Gnn.FineTune;

/// <summary>How good a trained model is on a task.</summary>
/// <param name="Metric">What the scores are: <c>accuracy</c>, <c>auroc</c>, ….</param>
/// <param name="Validation">The score on the validation rows.</param>
/// <param name="Test">The score on the test rows. It judges; to choose between models, take the validation score.</param>
public sealed record Evaluation(string Metric, double Validation, double Test)
{
    /// <summary>Scores a model as it is.</summary>
    /// <param name="model">A trained classifier.</param>
    /// <param name="task">The graph, labels and split.</param>
    /// <param name="metric">What to compute; null for the task's own.</param>
    /// <param name="calibration">What its outputs are decided by; null for as they come.</param>
    /// <exception cref="InvalidDataException">The model has another number of inputs or classes than the task.</exception>
    public static Evaluation Of(NodeClassifier model, NodeTask task, IMetric? metric = null, Calibration? calibration = null)
    {
        task.Fits(model);
        metric ??= Metrics.Metric.ByName(task.Metric);
        using var objective = new NodeObjective(model, task, metric);
        return new(metric.Name, objective.Score(task.Validation, calibration), objective.Score(task.Test.Open(), calibration));
    }
}
