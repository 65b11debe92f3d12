using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.FineTune;

public sealed partial record FineTuner
{
    /// <summary>Sweeps the learning rate over the first steps that this run would make (<see cref="RateFinder"/>); the model stays as it is, but for adapters and prompts that the strategy adds.</summary>
    /// <param name="model">An encoder, pre-trained or not, under a head for the task's classes.</param>
    /// <param name="task">The graph, labels and split; only training rows are read.</param>
    /// <param name="finder">The sweep; null for the usual one.</param>
    /// <returns>Rates of the fastest group; other groups keep their ratio to it.</returns>
    public RateSweep FindRate(NodeClassifier model, NodeTask task, RateFinder? finder = null)
    {
        task.Fits(model);
        Strategy.Prepare(model);
        using var objective = Objective(model, task);
        return FindRate(model, objective, finder);
    }

    /// <summary>The same for a model of whole graphs.</summary>
    /// <param name="model">An encoder, pre-trained or not, under a head for the task's outputs.</param>
    /// <param name="task">The graphs, labels and split; only training graphs are read.</param>
    /// <param name="finder">The sweep; null for the usual one.</param>
    /// <returns>Rates of the fastest group; other groups keep their ratio to it.</returns>
    public RateSweep FindRate<TModel>(TModel model, GraphTask task, RateFinder? finder = null) where TModel : Module, IGraphModel
    {
        task.Fits(model);
        Strategy.Prepare(model);
        using var objective = Objective(model, task);
        return FindRate(model, objective, finder);
    }

    private RateSweep FindRate(Module model, IObjective objective, RateFinder? finder)
    {
        using var start = new WeightSnapshot(model);
        var sweep = ((finder ?? new()) with { Seed = Seed }).Run(model, Strategy.Groups(model, 0), tape => StepLoss(objective, new(tape, model), start));
        Strategy.Finish(model);
        return sweep;
    }
}
