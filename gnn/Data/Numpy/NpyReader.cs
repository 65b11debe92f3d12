using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace GraphTune.Gnn.Data;

/// <summary>Reads numpy's <c>.npy</c> format, versions 1 to 3: a magic number, a header in Python's notation, and the items.</summary>
/// <remarks>Nothing is evaluated: the header's three fields are found by pattern. Arrays of Python objects are refused. Format: numpy.org/neps/nep-0001-npy-format.html.</remarks>
public static partial class NpyReader
{
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is truncated or malformed, or holds Python objects.</exception>
    public static NumpyArray Read(string path) => Read(File.ReadAllBytes(path), path);

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="place">Its name, for messages.</param>
    /// <exception cref="InvalidDataException">It is truncated or malformed, or holds Python objects.</exception>
    public static NumpyArray Read(byte[] bytes, string place)
    {
        if (bytes.Length < 10 || !bytes.Take(Magic.Length).SequenceEqual(Magic)) throw new InvalidDataException($"{place}: not a .npy array; its first bytes are not \\x93NUMPY.");
        var version = bytes[6];
        if (version is < 1 or > 3) throw new InvalidDataException($"{place}: .npy version {version} is unknown; 1 to 3 are read.");
        var start = version == 1 ? 10 : 12;
        if (bytes.Length < start) throw new InvalidDataException($"{place}: truncated after {bytes.Length} bytes.");
        var length = version == 1 ? BitConverter.ToUInt16(bytes, 8) : BitConverter.ToUInt32(bytes, 8);
        if (length > bytes.Length - start) throw new InvalidDataException($"{place}: a header of {length} bytes, but only {bytes.Length - start} follow; the array is truncated.");
        var header = (version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes, start, (int)length);

        var (type, fortran, shape) = Fields(header, place);
        var data = bytes[(start + (int)length)..];
        if (NumpyArray.ByteCount(type, shape) is not { } wanted || wanted != data.Length)
            throw new InvalidDataException($"{place}: shape ({string.Join(", ", shape)}) of {type.Size}-byte items does not fit the {data.Length} bytes that follow the header.");
        return new(place, type, shape, fortran, data);
    }

    private static (NumpyType Type, bool Fortran, long[] Shape) Fields(string header, string place)
    {
        var descr = Descr().Match(header);
        if (!descr.Success) throw new InvalidDataException($"{place}: the header names no plain item type; arrays of records are not read.");
        var (order, shape) = (Order().Match(header), Shape().Match(header));
        if (!order.Success || !shape.Success) throw new InvalidDataException($"{place}: the header lacks fortran_order or shape.");
        var type = NumpyType.Parse(descr.Groups[1].Value, place);
        var axes = shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return (type, order.Groups[1].Value == "True", Array.ConvertAll(axes, text =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var axis) ? axis : throw new InvalidDataException($"{place}: axis '{text}' of the shape is no whole number.")));
    }

    [GeneratedRegex("""['"]descr['"]\s*:\s*['"]([^'"]{0,20})['"]""")] private static partial Regex Descr();
    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*(True|False)""")] private static partial Regex Order();
    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([^()]*)\)""")] private static partial Regex Shape();
}
