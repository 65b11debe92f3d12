using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.FineTune;

public sealed partial record FineTuner
{
    /// <summary>The score of a model as it is on the validation rows, as this run would judge it: what soups and mixtures are chosen by. The test rows stay sealed.</summary>
    /// <param name="model">An encoder under a head for the task's classes.</param>
    /// <param name="task">The graph, labels and split.</param>
    /// <exception cref="InvalidDataException">The model has another number of inputs or classes than the task.</exception>
    public double Validate(NodeClassifier model, NodeTask task)
    {
        task.Fits(model);
        using var objective = Objective(model, task);
        return objective.Score(task.Validation);
    }

    /// <summary>The same for a model of whole graphs.</summary>
    /// <param name="model">An encoder under a head for the task's outputs.</param>
    /// <param name="task">The graphs, labels and split.</param>
    /// <exception cref="InvalidDataException">The model gives another number of outputs than the task asks for.</exception>
    public double Validate(IGraphModel model, GraphTask task)
    {
        task.Fits(model);
        using var objective = Objective(model, task);
        return objective.Score(task.Validation);
    }
}
