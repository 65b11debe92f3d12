using GraphTune.Engine;

namespace GraphTune.Autograd.Ops;

/// <summary>The same numbers in another shape; nothing is copied.</summary>
public sealed record Reshape(Tensor X, Shape To) : ViewOp(X)
{
    /// <inheritdoc/>
    public override Shape Shape() => To.Count == X.Count ? To : throw new ShapeException($"Reshape: {X.Shape} has {X.Count} elements, but {To} needs {To.Count}");
}

/// <summary>Arithmetic and functions on tensors of a tape. Each op's file adds its own.</summary>
public static partial class TensorMath
{
    extension(Var x)
    {
        /// <inheritdoc cref="Ops.Reshape"/>
        public Var Reshape(params ReadOnlySpan<int> sizes) => new Reshape(x, new Shape(sizes)).Apply();
    }
}
