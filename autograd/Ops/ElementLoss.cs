using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>Σ w·l(x, t), divided or not, for the l that <typeparamref name="TLoss"/> defines; or the single losses.</summary>
/// <param name="X">Predictions, of any shape.</param>
/// <param name="T">Targets of the same shape; NaN where one is missing.</param>
/// <param name="Reduction">Mean (over the targets that are there), sum, or none.</param>
/// <param name="Weight">Factors of the losses: one for each element, or for each column; null for 1.</param>
/// <param name="A">The loss's first constant by element or column; null for <paramref name="Constant"/>.</param>
/// <param name="Constant">The loss's first constant.</param>
/// <param name="B">The loss's second constant.</param>
public sealed record ElementLoss<TLoss>(Tensor X, Tensor T, Reduction Reduction, Tensor? Weight = null, Tensor? A = null, float Constant = 0f, float B = 0f) : Op(X, T) where TLoss : struct, ILoss<TLoss>
{
    private Tensor? divisor;

    private LossOperands On => new(X, T, Weight, A, Constant, B);

    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (T.Shape != X.Shape) throw new ShapeException($"{Name}: the predictions have shape {X.Shape} but the targets {T.Shape}");
        if (Wants(T) && !TLoss.OfDifference) throw new InvalidOperationException($"{Name}: gradients flow to the predictions only, but the target is one that learns; give a constant");
        Check("weight", Weight);
        Check("positive weight", A);
        return Reduction == Reduction.None ? X.Shape : new Shape(1);
    }

    private static string Name => typeof(TLoss).Name;

    private void Check(string what, Tensor? values)
    {
        if (values is null || values.Shape == X.Shape || (values.Shape.Rank == 1 && values.Count == X.Shape.RowLength)) return;
        throw new ShapeException($"{Name}: the {what} has shape {values.Shape}; one for each element {X.Shape} or for each column [{X.Shape.RowLength}] is needed");
    }

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        if (Reduction == Reduction.None)
        {
            Run(new LossMap<TLoss>(On, y));
            return;
        }
        var blocks = new Shape(LossSum<TLoss>.Blocks(X.Count));
        divisor = y.Tape.Scratch(new Shape(1));
        using Tensor term = new(X.Device, blocks), present = new(X.Device, blocks);
        Run(new LossSum<TLoss>(On, term, present));
        Run(new Ratio(term, Reduction == Reduction.Mean ? present : null, y, divisor));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new LossGrad<TLoss>(On, y.Grad, divisor, 1f, dx, add));
        if (Wants(T, out var dt, out add)) Run(new LossGrad<TLoss>(On, y.Grad, divisor, -1f, dt, add));
    }
}
