using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y = (x − μ) / √(σ² + ε)·γ + β over the last axis, with the mean and the biased variance of each row (Ba, Kiros and Hinton 2016, arXiv:1607.06450, eq. 4).</summary>
/// <param name="X">x[n,f], or any rows of f numbers.</param>
/// <param name="Gamma">γ[f]; null for 1.</param>
/// <param name="Beta">β[f]; null for 0.</param>
/// <param name="Epsilon">ε, above 0.</param>
/// <remarks>Keeps two numbers a row for backward. Deterministic.</remarks>
public sealed record LayerNormOp(Tensor X, Tensor? Gamma = null, Tensor? Beta = null, float Epsilon = 1e-5f) : Op(Norms.Inputs(X, Gamma, Beta))
{
    private Tensor? mean, scale;

    private int Width => X.Shape[X.Shape.Rank - 1];

    /// <inheritdoc/>
    public override Shape Shape() => Norms.Check("LayerNorm", X.Shape, Gamma, Beta);

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        var rows = new Shape(Width == 0 ? 0 : X.Count / Width);
        (mean, scale) = (y.Tape.Scratch(rows), y.Tape.Scratch(rows));
        Run(new LayerNorm(X, Gamma, Beta, y, mean, scale, Width, Epsilon));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new LayerNormGrad(X, Gamma, mean!, scale!, y.Grad, dx, Width, add));
        if ((Gamma is null || !Wants(Gamma)) && (Beta is null || !Wants(Beta))) return;
        using var sum = new Tensor(y.Device, new Shape(Width));
        using var dot = new Tensor(y.Device, new Shape(Width));
        Run(new NormSums(X, mean!, scale!, y.Grad, sum, dot, PerRow: true));
        if (Gamma is not null && Wants(Gamma, out var dgamma, out add)) Run(new Axpby(1f, dot, add ? 1f : 0f, dgamma));
        if (Beta is not null && Wants(Beta, out var dbeta, out add)) Run(new Axpby(1f, sum, add ? 1f : 0f, dbeta));
    }
}

/// <summary>What the norms' ops share.</summary>
internal static class Norms
{
    public static Tensor[] Inputs(Tensor x, Tensor? gamma, Tensor? beta) => [x, .. gamma is null ? [] : new[] { gamma }, .. beta is null ? [] : new[] { beta }];

    public static Shape Check(string op, Shape x, Tensor? gamma, Tensor? beta)
    {
        if (x.Rank == 0) throw new ShapeException($"{op}: x is one number, but rows are needed: x[n,f]");
        foreach (var part in new[] { gamma, beta })
            if (part is not null && part.Shape != new Shape(x[x.Rank - 1])) throw new ShapeException($"{op}: x is {x}, so γ and β have shape [{x[x.Rank - 1]}], but one is {part.Shape}");
        return x;
    }
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <inheritdoc cref="LayerNormOp"/>
        public Var LayerNorm(Tensor? gamma = null, Tensor? beta = null, float epsilon = 1e-5f) => new LayerNormOp(x, gamma, beta, epsilon).Apply();
    }
}
