using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>What may be chosen in a <see cref="CrossEntropy"/>; the defaults are PyTorch's, but for <see cref="Ignore"/>.</summary>
public sealed record CrossEntropyOptions
{
    /// <summary>The plain mean.</summary>
    public static CrossEntropyOptions Default { get; } = new();

    /// <summary>One factor for each class, weight[c]; null for 1.</summary>
    public Tensor? Weight { get; init; }

    /// <summary>Share of each target that is spread evenly over all classes, 0 to 1.</summary>
    public float Smoothing { get; init; }

    /// <summary>Focus on hard rows: multiplies −log p by (1 − p)^γ (Lin et al. 2017, arXiv:1708.02002, eq. 4); 0 for none.</summary>
    public float Gamma { get; init; }

    /// <summary>The label that leaves its row out.</summary>
    public int Ignore { get; init; } = -1;

    /// <summary>What becomes of the rows' losses. The mean divides by the sum of the targets' class weights.</summary>
    public Reduction Reduction { get; init; } = Reduction.Mean;
}

/// <summary>Softmax and cross-entropy in one: of the chosen rows of <paramref name="X"/>, against one class each.</summary>
/// <param name="X">Logits x[n,c].</param>
/// <param name="Labels">One class, 0 to c − 1, for each of the n rows.</param>
/// <param name="Rows">The k rows that count, each at most once; null for all n.</param>
/// <param name="Options">Class weights, smoothing, reduction and the rest.</param>
public sealed record CrossEntropy(Tensor X, Indices Labels, Indices? Rows, CrossEntropyOptions Options) : Op(X)
{
    private Tensor? norm, divisor;

    private int Count => Rows?.Count ?? Labels.Count;

    private CrossEntropyRule Rule => new(Options.Smoothing, Options.Gamma, Options.Ignore);

    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (X.Shape.Rank != 2) throw new ShapeException($"CrossEntropy: the logits have shape {X.Shape}, but x[n,c] is needed");
        if (Labels.Count != X.Shape[0]) throw new ShapeException($"CrossEntropy: {X.Shape[0]} rows of logits but {Labels.Count} labels; give one label for each row, and the rows that count apart");
        if (Options.Weight is { } w && w.Count != X.Shape[1]) throw new ShapeException($"CrossEntropy: {X.Shape[1]} classes but {w.Count} class weights");
        return Options.Reduction == Reduction.None ? new Shape(Count) : new Shape(1);
    }

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        var tape = y.Tape;
        var summed = Options.Reduction != Reduction.None;
        norm = tape.Scratch(new Shape(Count, 2));
        using var term = summed ? new Tensor(X.Device, new Shape(Count)) : null;
        using var share = new Tensor(X.Device, new Shape(Count));
        Run(new Kernels.CrossEntropy(X, Labels, Rows, Options.Weight, Rule, term ?? y, share, norm));
        if (term is null) return;
        divisor = tape.Scratch(new Shape(1));
        Run(new Ratio(term, Options.Reduction == Reduction.Mean ? share : null, y, divisor));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new CrossEntropyGrad(X, Labels, Rows, Options.Weight, Rule, norm!, y.Grad, divisor, dx, add));
    }

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}

public static partial class TensorMath
{
    extension(Var logits)
    {
        /// <summary>Softmax and cross-entropy: (Σᵢ w_yᵢ·(−log pᵢ,yᵢ)) / Σᵢ w_yᵢ over the chosen rows, p = softmax of the row x[n,c].</summary>
        /// <param name="labels">One class, 0 to c − 1, for each of the n rows; −1 leaves its row out.</param>
        /// <param name="rows">The rows that count, each at most once; null for all n.</param>
        /// <param name="options">Class weights, smoothing, focus, reduction; null for none and the mean.</param>
        /// <returns>One number; one for each chosen row without reduction.</returns>
        /// <exception cref="ShapeException">Labels or weights do not fit the logits.</exception>
        /// <remarks>
        /// <para>With label smoothing s: lᵢ = (1 − s)·w_y·(−log p_y) + s/c·Σ_j w_j·(−log p_j), as PyTorch has it.</para>
        /// <para>Logits and gradients of rows that are not chosen are not read; their gradient is 0. With no row left, the mean is NaN and
        /// the gradient 0. A NaN or infinite logit, or a label that is no class, makes the loss and its row's gradient NaN.</para>
        /// <para>Cost: two passes over the k·c chosen logits; keeps 2·k floats for backward, which takes one pass. Deterministic; nothing is read back.</para>
        /// </remarks>
        public Var CrossEntropy(Indices labels, Indices? rows = null, CrossEntropyOptions? options = null) =>
            new CrossEntropy(logits, labels, rows, options ?? CrossEntropyOptions.Default).Apply();
    }
}
