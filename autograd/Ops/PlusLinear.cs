using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y = f + x·Wᵀ for an operation f that has not run: the product is added to what f writes, without storage or a pass of its own.</summary>
/// <param name="First">f. Its backward must not read its result, which nobody sees.</param>
/// <param name="X">x[n,k].</param>
/// <param name="W">w[m,k], one row for each output, as in PyTorch.</param>
/// <remarks>
/// Costs what the two cost apart, less two passes over y forward and one backward; holds nothing of its own. On the CPU each element is one chain: f, then the
/// products in the order of k. Deterministic.
/// </remarks>
public sealed record PlusLinear(Op First, Tensor X, Tensor W) : Op([.. First.Inputs, X, W])
{
    private static readonly ShapeRule Plain = "x[n,k] w[m,k] -> y[n,m]";

    /// <summary>Whether an operation can be f: one that writes its result, which its backward does not read.</summary>
    /// <param name="first">An operation.</param>
    public static bool Takes(Op first) => first is not ViewOp && !first.ReadsResult;

    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (!Takes(First)) throw new ShapeException($"PlusLinear: {First.GetType().Name} has no result of its own, or reads it in backward; run it, and add the product to that");
        Shape sum = First.Shape(), product = Plain.Infer("PlusLinear", X.Shape, W.Shape);
        return sum == product ? sum : throw new ShapeException($"PlusLinear: the operation gives {sum}, but the product {product}");
    }

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        First.Forward(y);
        Run(new LinearMap<Identity>(X, W, null, y, Accumulate: true));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X) || Wants(W)) Run(new LinearGrad<Identity>(X, W, y, y.Grad, GradOf(X), GradOf(W), DB: default));
        First.Backward(y);   // last: it may pass the gradient on as it stands
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => (input == X && Wants(W)) || (input == W && Wants(X)) || (First.Inputs.Contains(input) && First.Reads(input));

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}

public static partial class TensorMath
{
    extension(Op first)
    {
        /// <summary>f + x·Wᵀ of an operation that has not run; in one storage where that can be.</summary>
        /// <param name="x">x[n,k].</param>
        /// <param name="w">w[m,k].</param>
        /// <exception cref="ShapeException">The operation's result is not [n,m], or x and w do not fit.</exception>
        public Var PlusLinear(Var x, Tensor w)
        {
            if (Ops.PlusLinear.Takes(first)) return new PlusLinear(first, x, w).Apply();
            using Var y = first.Apply(), product = x.Linear(w);
            return y + product;
        }
    }
}
