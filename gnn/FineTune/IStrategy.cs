using GraphTune.Autograd;
using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>How a pre-trained model learns a task: which parameters move, and how fast.</summary>
/// <remarks>Strategies are values that compose: each is a function from a model and an epoch to parameter groups. One member is needed; the others are for strategies with parts or penalties of their own.</remarks>
public interface IStrategy
{
    /// <summary>Who learns in an epoch, and how fast, the top layer first. What no group holds is frozen.</summary>
    /// <param name="model">The whole model, head included.</param>
    /// <param name="epoch">From 0.</param>
    IEnumerable<ParameterGroup> Groups(Module model, int epoch);

    /// <summary>Changes the model before the first epoch, where a strategy needs parts of its own. The first forward pass must give what it gave before.</summary>
    void Prepare(Module model) { }

    /// <summary>Takes the parts back after the last epoch, as far as the model's own weights can hold what they learnt.</summary>
    void Finish(Module model) { }

    /// <summary>Whether <see cref="Penalty"/> reads the step's embeddings; if not, their memory goes back early.</summary>
    bool ReadsEmbeddings => false;

    /// <summary>A term that is added to the loss; null for none.</summary>
    /// <param name="step">What the step has computed.</param>
    Var? Penalty(TrainingStep step) => null;
}
