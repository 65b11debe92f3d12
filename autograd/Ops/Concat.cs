using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>The columns of several tensors side by side, in the order given.</summary>
/// <param name="Parts">x[n,f₁], x[n,f₂], …; with three axes the last ones are joined.</param>
public sealed record Concat(params Tensor[] Parts) : Op(Parts)
{
    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (Parts.Length == 0) throw new ShapeException("Concat: no tensors were given");
        var first = Parts[0].Shape;
        foreach (var part in Parts)
            if (part.Shape.Rank < 2 || part.Shape.Rank != first.Rank || part.Shape[0] != first[0] || (first.Rank == 3 && part.Shape[1] != first[1]))
                throw new ShapeException($"Concat: a part of shape {part.Shape} does not stand beside one of {first}; all axes but the last must agree");
        var width = Parts.Sum(Width);
        return first.Rank == 3 ? new(first[0], first[1], width) : new(first[0], width);
    }

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        var at = 0;
        foreach (var part in Parts)
        {
            Run(new CopyColumns(part, Width(part), 0, y, Width(y), at, Width(part)));
            at += Width(part);
        }
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        var at = 0;
        foreach (var part in Parts)
        {
            if (Wants(part, out var dx, out var add)) Run(new CopyColumns(y.Grad, Width(y), at, dx, Width(part), 0, Width(part), add));
            at += Width(part);
        }
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => false;

    /// <inheritdoc/>
    public override bool ReadsResult => false;

    private static int Width(Tensor x) => x.Shape[x.Shape.Rank - 1];
}

/// <summary>A run of columns: y[i,j] = x[i, first + j].</summary>
/// <param name="X">x[n,f], or the last axis of x[n,h,f].</param>
/// <param name="First">The first column.</param>
/// <param name="Count">How many.</param>
public sealed record Columns(Tensor X, int First, int Count) : Op(X)
{
    private int Width => X.Shape[X.Shape.Rank - 1];

    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (X.Shape.Rank < 2) throw new ShapeException($"Columns: x is {X.Shape}, but rows are needed: x[n,f]");
        if (First < 0 || Count < 0 || First > Width - Count) throw new ShapeException($"Columns: {Count} columns from {First} on were asked for, but x is {X.Shape}");
        return X.Shape.Rank == 3 ? new(X.Shape[0], X.Shape[1], Count) : new(X.Shape[0], Count);
    }

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new CopyColumns(X, Width, First, y, Count, 0, Count));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (!Wants(X, out var dx, out var add)) return;
        if (!add) Run(new Fill(dx, 0f));
        Run(new CopyColumns(y.Grad, Count, 0, dx, Width, First, Count, add));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => false;

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <summary>The columns of x, then those of the others.</summary>
        public Var Concat(params ReadOnlySpan<Tensor> others) => new Concat([x, .. others]).Apply();

        /// <summary>Some columns of x: <c>x.Columns(0..64)</c>.</summary>
        /// <exception cref="ArgumentOutOfRangeException">The range ends beyond the last column.</exception>
        public Var Columns(Range range)
        {
            var (first, count) = range.GetOffsetAndLength(x.Shape[x.Shape.Rank - 1]);
            return new Columns(x, first, count).Apply();
        }
    }
}
