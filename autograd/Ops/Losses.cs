using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>What may be chosen in a binary cross-entropy; the defaults are PyTorch's.</summary>
public sealed record BceOptions
{
    /// <summary>The plain mean.</summary>
    public static BceOptions Default { get; } = new();

    /// <summary>Factor of the positive term, one for each column: above 1 raises recall; null for 1.</summary>
    public Tensor? PositiveWeight { get; init; }

    /// <summary>Factor of each loss: one for each element, or for each column; null for 1. The mean still divides by the number of elements.</summary>
    public Tensor? Weight { get; init; }

    /// <summary>What becomes of the single losses.</summary>
    public Reduction Reduction { get; init; } = Reduction.Mean;
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <summary>−(p·t·log σ(x) + (1 − t)·log(1 − σ(x))) for each logit, then the mean: binary and multi-label classification.</summary>
        /// <param name="target">Shape of x; each in 0 to 1, or NaN where it is missing (several tasks of which some were not measured).</param>
        /// <param name="options">Weights and reduction; null for none and the mean.</param>
        /// <returns>One number; one for each element without reduction.</returns>
        /// <exception cref="ShapeException">Target or weights do not fit.</exception>
        /// <remarks>
        /// Missing targets have loss and gradient 0 and are not counted by the mean; with none left it is NaN, the gradient 0. A NaN logit whose
        /// target is there makes the loss NaN, as does an infinite one. Finite logits of any size are safe. Deterministic; nothing is read back.
        /// </remarks>
        public Var BceWithLogits(Tensor target, BceOptions? options = null)
        {
            options ??= BceOptions.Default;
            return new ElementLoss<BinaryCrossEntropy>(x, target, options.Reduction, options.Weight, options.PositiveWeight, Constant: 1f).Apply();
        }

        /// <summary>α_t·(1 − p_t)^γ·(−log p_t) for each logit, p = σ(x): binary cross-entropy that turns to the hard examples.</summary>
        /// <param name="target">Shape of x; 0 or 1, or NaN where it is missing.</param>
        /// <param name="alpha">Weight of the positives, 1 − α that of the negatives; below 0 for no weights.</param>
        /// <param name="gamma">How little easy examples count, 0 or more.</param>
        /// <param name="reduction">What becomes of the single losses.</param>
        /// <param name="weight">Factors of the losses: one for each element, or for each column; null for 1.</param>
        /// <param name="alphas">α of each element or column; null for <paramref name="alpha"/> everywhere.</param>
        /// <remarks>Lin et al. 2017, arXiv:1708.02002, eq. 5. For several classes see <see cref="CrossEntropyOptions.Gamma"/>. Missing targets as in BceWithLogits.</remarks>
        public Var FocalLoss(Tensor target, float alpha = 0.25f, float gamma = 2f, Reduction reduction = Reduction.Mean, Tensor? weight = null, Tensor? alphas = null) =>
            new ElementLoss<FocalError>(x, target, reduction, weight, alphas, Constant: alpha, B: gamma).Apply();

        /// <summary>(x − t)² for each element, then the mean.</summary>
        /// <param name="target">Shape of x; NaN where one is missing. Gradients flow to it too, if it learns.</param>
        /// <param name="reduction">What becomes of the single losses.</param>
        /// <param name="weight">Factors of the losses: one for each element, or for each column; null for 1.</param>
        public Var MeanSquaredError(Tensor target, Reduction reduction = Reduction.Mean, Tensor? weight = null) =>
            new ElementLoss<SquaredError>(x, target, reduction, weight).Apply();

        /// <summary>|x − t| for each element, then the mean.</summary>
        /// <inheritdoc cref="MeanSquaredError"/>
        public Var L1Loss(Tensor target, Reduction reduction = Reduction.Mean, Tensor? weight = null) =>
            new ElementLoss<AbsoluteError>(x, target, reduction, weight).Apply();

        /// <summary>With d = |x − t|: d² / 2β where d &lt; β, else d − β/2; then the mean.</summary>
        /// <param name="target">Shape of x; NaN where one is missing. Gradients flow to it too, if it learns.</param>
        /// <param name="beta">Where the parabola meets the lines, 0 or more; 0 is <c>L1Loss</c>.</param>
        /// <param name="reduction">What becomes of the single losses.</param>
        /// <param name="weight">Factors of the losses: one for each element, or for each column; null for 1.</param>
        /// <exception cref="ArgumentOutOfRangeException">Beta is negative.</exception>
        public Var SmoothL1Loss(Tensor target, float beta = 1f, Reduction reduction = Reduction.Mean, Tensor? weight = null)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(beta);
            return new ElementLoss<SmoothAbsoluteError>(x, target, reduction, weight, Constant: beta).Apply();
        }
    }
}
