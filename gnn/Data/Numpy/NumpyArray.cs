using System.Text;
using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>A numpy array on the host, in C order and little-endian whatever the file had.</summary>
public sealed class NumpyArray
{
    private readonly string place;
    private readonly NumpyType type;
    private readonly byte[] data;

    /// <summary>Puts the items in C order, lowest byte first.</summary>
    /// <param name="place">File and name, for messages.</param>
    /// <param name="type">How the items are stored.</param>
    /// <param name="shape">Length of each axis.</param>
    /// <param name="fortran">Whether the first axis runs fastest.</param>
    /// <param name="data">The items; the array is taken over, and may be changed.</param>
    /// <exception cref="InvalidDataException">The byte count does not fit the shape.</exception>
    internal NumpyArray(string place, NumpyType type, long[] shape, bool fortran, byte[] data)
    {
        (this.place, this.type, Shape) = (place, type, shape);
        if (ByteCount(type, shape) != data.Length)
            throw new InvalidDataException($"{place}: shape ({string.Join(", ", shape)}) of {type.Size}-byte items does not fit {data.Length} bytes.");
        if (type.BigEndian && type.Unit > 1)
            for (var at = 0; at < data.Length; at += type.Unit) Array.Reverse(data, at, type.Unit);
        this.data = fortran && shape.Length > 1 ? InRowOrder(data, type.Size, shape) : data;
    }

    /// <summary>Length of each axis.</summary>
    public long[] Shape { get; }

    /// <summary>Whether the items are whole numbers or truth values.</summary>
    public bool IsWhole => type.Kind is 'i' or 'u' or 'b';

    /// <summary>The numbers as float32.</summary>
    /// <exception cref="InvalidDataException">The array holds text.</exception>
    public float[] ToFloats() => ToTensor().ToFloats();

    /// <summary>The whole numbers as int32.</summary>
    /// <exception cref="InvalidDataException">The array holds something else, or a number beyond 32 bits.</exception>
    public int[] ToInts() => ToTensor().ToInts();

    /// <summary>The whole numbers as int64.</summary>
    /// <exception cref="InvalidDataException">The array holds something else, or an unsigned number beyond 63 bits.</exception>
    public long[] ToLongs() => ToTensor().ToLongs();

    /// <summary>The texts, without the zeros that pad them.</summary>
    /// <exception cref="InvalidDataException">The array holds numbers, or bytes that are no text.</exception>
    public string[] ToStrings()
    {
        if (!type.IsText) throw new InvalidDataException($"{place}: text wanted, found numbers of kind '{type.Kind}{type.Size}'.");
        var encoding = type.Kind == 'U' ? Encoding.UTF32 : Encoding.Latin1;
        var texts = new string[type.Size == 0 ? 0 : data.Length / type.Size];
        for (var i = 0; i < texts.Length; i++) texts[i] = encoding.GetString(data, i * type.Size, type.Size).TrimEnd('\0');
        return texts;
    }

    /// <summary>The numbers as a tensor named by their place; unsigned ones take the next wider signed type.</summary>
    /// <exception cref="InvalidDataException">The array holds text, or an unsigned number beyond 63 bits.</exception>
    public HostTensor ToTensor() => (type.Kind, type.Size) switch
    {
        ('f', 2) => Tensor(DType.F16),
        ('f', 4) => Tensor(DType.F32),
        ('f', 8) => Tensor(DType.F64),
        ('i', 1) => Tensor(DType.I8),
        ('i', 2) => Tensor(DType.I16),
        ('i', 4) => Tensor(DType.I32),
        ('i', 8) => Tensor(DType.I64),
        ('u', 1) => Tensor(DType.U8),
        ('b', _) => Tensor(DType.BOOL),
        ('u', _) => HostTensor.Of(place, Shape, Unsigned()),
        _ => throw new InvalidDataException($"{place}: numbers wanted, found text."),
    };

    private HostTensor Tensor(DType type) => new(place, type, Shape, data);

    private long[] Unsigned()
    {
        var numbers = new long[data.Length / type.Size];
        for (var i = 0; i < numbers.Length; i++)
        {
            for (var b = type.Size - 1; b >= 0; b--) numbers[i] = (numbers[i] << 8) | data[i * type.Size + b];
            if (numbers[i] < 0) throw new InvalidDataException($"{place}: item {i} is {(ulong)numbers[i]}, beyond 63 bits.");
        }
        return numbers;
    }

    internal static long? ByteCount(NumpyType type, long[] shape)
    {
        if (shape.Any(axis => axis < 0)) return null;
        var bytes = (Int128)type.Size;
        foreach (var axis in shape)
        {
            bytes *= axis;
            if (bytes > long.MaxValue) return null;
        }
        return (long)bytes;
    }

    private static byte[] InRowOrder(byte[] data, int size, long[] shape)
    {
        var ordered = new byte[data.Length];
        var index = new long[shape.Length];
        for (var to = 0; to < data.Length; to += size)
        {
            long from = 0, stride = 1;
            for (var axis = 0; axis < shape.Length; axis++)
            {
                from += index[axis] * stride;
                stride *= shape[axis];
            }
            Array.Copy(data, from * size, ordered, to, size);
            for (var axis = shape.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) index[axis] = 0;
        }
        return ordered;
    }
}
