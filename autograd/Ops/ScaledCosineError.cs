using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>The scaled cosine error: mean over the chosen rows of (1 − cos(xᵢ, tᵢ))^γ. It asks for the right direction only, and γ &gt; 1 gives easy rows less weight.</summary>
/// <param name="X">Reconstructions x[n,f].</param>
/// <param name="T">Targets t[n,f], constant.</param>
/// <param name="Rows">The k rows that count, each at most once; null for all n.</param>
/// <param name="Gamma">The power, 1 or more.</param>
/// <param name="Epsilon">A row's length counts as at least this; 0 or more.</param>
/// <remarks>
/// Hou et al. 2022, "GraphMAE", arXiv:2205.10803, eq. 2. A row of zeros counts as cosine 0 and gets no gradient where ε is 0. With ε = 10⁻¹², the default of
/// PyTorch's <c>normalize</c> x / max(|x|, ε), it gets −γ·10¹²·t/|t|: where to go, but not how far. An optimizer that divides by what gradients were remembers that for long.
/// </remarks>
public sealed record ScaledCosineError(Tensor X, Tensor T, Indices? Rows, int Gamma, float Epsilon) : Op(X, T)
{
    private static readonly ShapeRule Rule = "x[n,f] t[n,f] -> y[1]";

    private int Count => Rows?.Count ?? X.Shape[0];

    /// <inheritdoc/>
    public override Shape Shape() => Rule.Infer(nameof(ScaledCosineError), X.Shape, T.Shape);

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        using var error = new Tensor(y.Device, new Shape(Count));
        Run(new CosineError(X, T, Rows, Gamma, Epsilon, error));
        Run(new Kernels.Sum(error, y, Scale: 1f / Count));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (!Wants(X, out var dx, out var add)) return;
        if (Rows is not null && !add) Run(new Fill(dx, 0f));
        Run(new CosineErrorGrad(X, T, Rows, Gamma, Epsilon, y.Grad, 1f / Count, dx, add || Rows is not null));
    }
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <inheritdoc cref="Ops.ScaledCosineError"/>
        public Var ScaledCosineError(Tensor target, int gamma = 2, Indices? rows = null, float epsilon = 0f) => new ScaledCosineError(x, target, rows, gamma, epsilon).Apply();
    }
}
