namespace GraphTune.Engine;

/// <summary>Sizes of up to four axes, outermost first. Rank 0 is a scalar.</summary>
public readonly record struct Shape
{
    private readonly int a, b, c, d;

    /// <summary>A shape of these sizes.</summary>
    /// <param name="sizes">At most four sizes, each 0 or more, whose product is below 2³¹.</param>
    /// <exception cref="ShapeException">Too many axes, a negative size, or 2³¹ elements and more.</exception>
    public Shape(params ReadOnlySpan<int> sizes)
    {
        if (sizes.Length > 4) throw new ShapeException($"a shape has at most 4 axes, not {sizes.Length}");
        Rank = sizes.Length;
        (a, b, c, d) = (Rank > 0 ? sizes[0] : 1, Rank > 1 ? sizes[1] : 1, Rank > 2 ? sizes[2] : 1, Rank > 3 ? sizes[3] : 1);
        if (a < 0 || b < 0 || c < 0 || d < 0) throw new ShapeException($"a size is negative in {this}");
        var count = (Int128)a * b * c * d;
        if (count > int.MaxValue) throw new ShapeException($"{this} holds {count} elements, but a tensor holds at most {int.MaxValue}; work in slices");
        Count = (int)count;
    }

    /// <summary>The number of axes, 0 to 4.</summary>
    public int Rank { get; }

    /// <summary>The product of all sizes.</summary>
    public int Count { get; }

    /// <summary>The size of one axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public int this[int axis] => (uint)axis < (uint)Rank ? axis switch { 0 => a, 1 => b, 2 => c, _ => d } : throw new ArgumentOutOfRangeException(nameof(axis), $"axis {axis} of {this}");

    /// <summary>Elements in one slice along the outermost axis; 1 for vectors and scalars.</summary>
    public int RowLength => b * c * d;

    /// <summary>The same shape with another outermost size.</summary>
    /// <exception cref="ShapeException">The shape is a scalar's.</exception>
    public Shape WithRows(int rows) => Rank switch
    {
        1 => new(rows),
        2 => new(rows, b),
        3 => new(rows, b, c),
        4 => new(rows, b, c, d),
        _ => throw new ShapeException("a scalar has no rows"),
    };

    /// <summary>The sizes in brackets: <c>[2708, 16]</c>.</summary>
    public override string ToString() => Rank switch { 0 => "[]", 1 => $"[{a}]", 2 => $"[{a}, {b}]", 3 => $"[{a}, {b}, {c}]", _ => $"[{a}, {b}, {c}, {d}]" };
}
