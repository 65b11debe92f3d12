using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>A run of a tensor's numbers, in memory order, as a tensor of its own: one matrix of a stack of them, or a run of rows.</summary>
/// <param name="X">Any tensor.</param>
/// <param name="First">The position of the first number.</param>
/// <param name="Size">The result's shape.</param>
public sealed record Slice(Tensor X, int First, Shape Size) : Op(X)
{
    /// <inheritdoc/>
    public override Shape Shape() => First >= 0 && Size.Count <= X.Count - First
        ? Size
        : throw new ShapeException($"Slice: {Size} from position {First} on was asked for, but x is {X.Shape}");

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new CopyColumns(X, X.Count, First, y, y.Count, 0, y.Count));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (!Wants(X, out var dx, out var add)) return;
        if (!add) Run(new Fill(dx, 0f));
        Run(new CopyColumns(y.Grad, y.Count, 0, dx, X.Count, First, y.Count, Accumulate: true));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => false;

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}

/// <summary>The rows of several tensors one below the other, in the order given.</summary>
/// <param name="Parts">x[n₁, f], x[n₂, f], …</param>
public sealed record RowConcat(params Tensor[] Parts) : Op(Parts)
{
    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (Parts.Length == 0) throw new ShapeException("Stack: no tensors were given");
        foreach (var part in Parts)
            if (part.Shape.Rank == 0 || part.Shape.WithRows(0) != Parts[0].Shape.WithRows(0)) throw new ShapeException($"Stack: rows of {part.Shape} do not stand below rows of {Parts[0].Shape}");
        return Parts[0].Shape.WithRows(Parts.Sum(part => part.Shape[0]));
    }

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        var at = 0;
        foreach (var part in Parts)
        {
            Run(new CopyColumns(part, part.Count, 0, y, y.Count, at, part.Count));
            at += part.Count;
        }
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        var at = 0;
        foreach (var part in Parts)
        {
            if (Wants(part, out var dx, out var add)) Run(new CopyColumns(y.Grad, y.Count, at, dx, part.Count, 0, part.Count, add));
            at += part.Count;
        }
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
        /// <summary>Matrix or row number <paramref name="index"/> of a stack of them: the numbers from index · (their count) on.</summary>
        /// <param name="index">Which one.</param>
        /// <param name="sizes">The shape of one.</param>
        /// <exception cref="Engine.ShapeException">There are not that many.</exception>
        public Var Part(int index, params ReadOnlySpan<int> sizes)
        {
            var size = new Shape(sizes);
            return new Slice(x, index * size.Count, size).Apply();
        }

        /// <summary>The rows of x, then those of the others.</summary>
        public Var Stack(params ReadOnlySpan<Tensor> others) => new RowConcat([x, .. others]).Apply();
    }
}
