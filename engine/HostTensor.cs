using System.Numerics;
using System.Runtime.InteropServices;

namespace GraphTune.Engine;

/// <summary>A named array as a file holds it: row-major, little-endian bytes on the host.</summary>
/// <remarks>Reading converts: O(elements) work and one new array a call. The machine is little-endian, as every .NET target with AVX2 is.</remarks>
public sealed record HostTensor
{
    /// <summary>Wraps bytes; they are not copied.</summary>
    /// <param name="name">The tensor's name, such as <c>conv1.weight</c>.</param>
    /// <param name="type">How each number is stored.</param>
    /// <param name="shape">Length of each axis, 0 or more; no axes means one number.</param>
    /// <param name="data">Row-major little-endian bytes: the product of the shape × the size of one number.</param>
    /// <exception cref="InvalidDataException">The byte count does not fit the shape and type.</exception>
    public HostTensor(string name, DType type, long[] shape, ReadOnlyMemory<byte> data)
    {
        (Name, Type, Shape, Data) = (name, type, shape, data);
        if (CountOf(shape) is not { } count || count > long.MaxValue / type.Size || count * type.Size != data.Length)
            throw new InvalidDataException($"Tensor '{name}': {type} {ShapeText(shape)} does not fit {data.Length} bytes.");
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>How each number is stored.</summary>
    public DType Type { get; }

    /// <summary>Length of each axis.</summary>
    public long[] Shape { get; }

    /// <summary>The stored bytes.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>How many numbers there are.</summary>
    public int Count => Data.Length / Type.Size;

    /// <summary>A float32 tensor of these numbers.</summary>
    /// <exception cref="InvalidDataException">The count does not fit the shape.</exception>
    public static HostTensor Of(string name, long[] shape, float[] values) => new(name, DType.F32, shape, Bytes<float>(values));

    /// <summary>An int64 tensor of these numbers.</summary>
    /// <exception cref="InvalidDataException">The count does not fit the shape.</exception>
    public static HostTensor Of(string name, long[] shape, long[] values) => new(name, DType.I64, shape, Bytes<long>(values));

    /// <summary>An int32 tensor of these numbers.</summary>
    /// <exception cref="InvalidDataException">The count does not fit the shape.</exception>
    public static HostTensor Of(string name, long[] shape, int[] values) => new(name, DType.I32, shape, Bytes<int>(values));

    /// <summary>Some rows, in the order given, as a tensor of their own.</summary>
    /// <param name="rows">Positions on the first axis.</param>
    public HostTensor TakeRows(ReadOnlySpan<int> rows)
    {
        var bytes = Shape[0] == 0 ? 0 : (int)(Data.Length / Shape[0]);
        var taken = new byte[(long)rows.Length * bytes];
        for (var i = 0; i < rows.Length; i++) Data.Span.Slice(rows[i] * bytes, bytes).CopyTo(taken.AsSpan(i * bytes));
        return new(Name, Type, [rows.Length, .. Shape[1..]], taken);
    }

    /// <summary>The numbers as float32: halves and bfloats exactly, doubles and whole numbers rounded to nearest.</summary>
    /// <returns>A new array of <see cref="Count"/> numbers.</returns>
    public float[] ToFloats() => Type switch
    {
        DType.F32 => Numbers<float>().ToArray(),
        DType.BF16 => Array.ConvertAll(Numbers<ushort>().ToArray(), bits => BitConverter.Int32BitsToSingle(bits << 16)),
        _ => Convert<float>(),
    };

    /// <summary>The numbers as int64; <see cref="DType.BOOL"/> gives 0 and 1.</summary>
    /// <exception cref="InvalidDataException">The tensor holds no whole numbers.</exception>
    public long[] ToLongs() => Type.IsInteger ? Convert<long>() : throw new InvalidDataException($"Tensor '{Name}': whole numbers wanted, found {Type}.");

    /// <summary>The numbers as int32; <see cref="DType.BOOL"/> gives 0 and 1.</summary>
    /// <exception cref="InvalidDataException">The tensor holds no whole numbers, or one beyond 32 bits.</exception>
    public int[] ToInts()
    {
        var wide = ToLongs();
        var outside = Array.FindIndex(wide, value => value != (int)value);
        return outside < 0
            ? Array.ConvertAll(wide, value => (int)value)
            : throw new InvalidDataException($"Tensor '{Name}': number {wide[outside]} at position {outside} does not fit 32 bits.");
    }

    /// <summary>For messages: <c>conv1.weight F32 [16, 1433]</c>.</summary>
    public override string ToString() => $"{Name} {Type} {ShapeText(Shape)}";

    /// <summary>Same name, type, shape and bytes.</summary>
    public bool Equals(HostTensor? other) =>
        other is not null && Name == other.Name && Type == other.Type && Shape.SequenceEqual(other.Shape) && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type, Data.Length);

    /// <summary>A shape for messages: <c>[16, 1433]</c>.</summary>
    public static string ShapeText(long[] shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>The product of a shape, or null where an axis is negative or the product overflows.</summary>
    public static long? CountOf(long[] shape)
    {
        if (shape.Any(axis => axis < 0)) return null;
        if (shape.Contains(0)) return 0;
        var count = 1L;
        foreach (var axis in shape)
        {
            if (count > long.MaxValue / axis) return null;
            count *= axis;
        }
        return count;
    }

    private static ReadOnlyMemory<byte> Bytes<T>(T[] values) where T : struct => MemoryMarshal.AsBytes<T>(values).ToArray();

    private ReadOnlySpan<T> Numbers<T>() where T : struct => MemoryMarshal.Cast<byte, T>(Data.Span);

    private TTo[] Convert<TTo>() where TTo : struct, INumberBase<TTo> => Type switch
    {
        DType.F64 => Convert<double, TTo>(),
        DType.F16 => Convert<Half, TTo>(),
        DType.I64 => Convert<long, TTo>(),
        DType.I32 => Convert<int, TTo>(),
        DType.I16 => Convert<short, TTo>(),
        DType.I8 => Convert<sbyte, TTo>(),
        _ => Convert<byte, TTo>(),
    };

    private TTo[] Convert<TFrom, TTo>() where TFrom : struct, INumberBase<TFrom> where TTo : struct, INumberBase<TTo>
    {
        var from = Numbers<TFrom>();
        var to = new TTo[from.Length];
        for (var i = 0; i < to.Length; i++) to[i] = TTo.CreateTruncating(from[i]);
        return to;
    }
}
