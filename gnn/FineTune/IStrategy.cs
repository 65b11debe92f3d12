using GraphTune.Autograd;

using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>How a pre-trained model learns a task: which parameters move, and how fast.</summary>
/// <remarks>Strategies are values that compose: each is a function from a model and an epoch to parameter groups.</remarks>
public interface IStrategy
{
    /// <summary>Who learns in an epoch, and how fast, the top layer first. What no group holds is frozen.</summary>
    /// <param name="model">The whole model, head included.</param>
    /// <param name="epoch">From 0.</param>
    IEnumerable<ParameterGroup> Groups(Module model, int epoch);

    /// <summary>Changes the model before the first epoch, where a strategy needs parts of its own.</summary>
    void Prepare(Module model) { }

    /// <summary>A term that is added to the loss; null for none.</summary>
    Var? Penalty(Tape tape, Module model) => null;
}
