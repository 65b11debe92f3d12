using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>A strategy around another: what it does not say itself, the inner one says.</summary>
/// <param name="Inner">The strategy within.</param>
public abstract record Composed(IStrategy Inner) : IStrategy
{
    /// <inheritdoc/>
    public virtual IEnumerable<ParameterGroup> Groups(Module model, int epoch) => Inner.Groups(model, epoch);

    /// <inheritdoc/>
    public virtual void Prepare(Module model) => Inner.Prepare(model);

    /// <inheritdoc/>
    public virtual void Finish(Module model) => Inner.Finish(model);

    /// <inheritdoc/>
    public virtual bool ReadsEmbeddings => Inner.ReadsEmbeddings;

    /// <inheritdoc/>
    public virtual Var? Penalty(TrainingStep step) => Inner.Penalty(step);

    /// <summary>The inner strategy's groups with some of their parameters only; groups without any are left out.</summary>
    /// <param name="model">The whole model.</param>
    /// <param name="epoch">From 0.</param>
    /// <param name="learns">Whether the parameter of a path is among them.</param>
    protected IEnumerable<ParameterGroup> Some(Module model, int epoch, Func<string, bool> learns) => Inner.Groups(model, epoch)
        .Select(group => group with { Parameters = [.. group.Parameters.Where(p => learns(p.Path))] })
        .Where(group => group.Parameters.Count > 0);
}

/// <summary>A strategy with one more term in its loss.</summary>
/// <param name="Inner">Who learns, and how fast.</param>
public abstract record Penalised(IStrategy Inner) : Composed(Inner)
{
    /// <inheritdoc/>
    public sealed override bool ReadsEmbeddings => true;

    /// <inheritdoc/>
    public sealed override Var? Penalty(TrainingStep step) => Inner.Penalty(step) is { } first ? first + Term(step) : Term(step);

    /// <summary>The term, one number.</summary>
    /// <param name="step">What the step has computed, its embeddings included.</param>
    protected abstract Var Term(TrainingStep step);
}
