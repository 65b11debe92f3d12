using System.Text;

namespace GraphTune.Gnn.Data;

/// <summary>What numpy and scipy put into pickles, made into arrays.</summary>
internal static class NumpyPickle
{
    /// <summary>The array that numpy's <c>_reconstruct</c> and state (version, shape, dtype, fortran, bytes) describe.</summary>
    public static NumpyArray Array(object? value, string place)
    {
        if (value is not PickleObject { State: object?[] { Length: 5 } state } made || !made.Type.EndsWith("._reconstruct", StringComparison.Ordinal))
            throw Bad(place, "a numpy array", value);
        if (state is not [_, object?[] axes, PickleObject dtype, bool fortran, var stored]) throw Bad(place, "a numpy array's state", value);
        var shape = System.Array.ConvertAll(axes, axis => (long)Whole(axis, place));
        var type = Type(dtype, place);
        return new(place, type, shape, fortran, stored switch
        {
            byte[] bytes => (byte[])bytes.Clone(),
            string text when text.All(letter => letter < 256) => Encoding.Latin1.GetBytes(text),
            _ => throw Bad(place, "a numpy array's bytes", stored),
        });
    }

    /// <summary>The rows and the number of columns of scipy's <c>csr_matrix</c>.</summary>
    public static (SparseRows Rows, int Columns) Csr(object? value, string place)
    {
        if (value is not PickleObject { State: OrderedDictionary<object, object?> state } made || !made.Type.EndsWith(".csr_matrix", StringComparison.Ordinal))
            throw Bad(place, "a scipy csr_matrix", value);
        var shape = state.GetValueOrDefault("_shape") as object?[];
        if (shape is not [var rows, var columns]) throw Bad(place, "a matrix shape of two axes", state.GetValueOrDefault("_shape"));
        var sparse = new SparseRows(
            Array(state.GetValueOrDefault("indptr"), $"{place}: indptr").ToInts(),
            Array(state.GetValueOrDefault("indices"), $"{place}: indices").ToInts(),
            Array(state.GetValueOrDefault("data"), $"{place}: data").ToFloats());
        return (sparse.Checked(place, Whole(rows, place), Whole(columns, place)), (int)Whole(columns, place));
    }

    /// <summary>A whole number of at most 31 bits, plain or numpy's own.</summary>
    public static int Whole(object? value, string place)
    {
        var number = value switch
        {
            long plain => plain,
            PickleObject { Arguments: [PickleObject dtype, byte[] bytes] } => new NumpyArray(place, Type(dtype, place), [], false, (byte[])bytes.Clone()).ToLongs()[0],
            PickleObject { Arguments: [PickleObject dtype, string text] } => new NumpyArray(place, Type(dtype, place), [], false, Encoding.Latin1.GetBytes(text)).ToLongs()[0],
            _ => throw Bad(place, "a whole number", value),
        };
        return number is >= 0 and <= int.MaxValue ? (int)number : throw new InvalidDataException($"{place}: {number} is out of range; 0 to {int.MaxValue} is wanted.");
    }

    private static NumpyType Type(PickleObject dtype, string place)
    {
        if (dtype is not { Type: "numpy.dtype", Arguments: [string name, ..] }) throw Bad(place, "a numpy dtype", dtype);
        var order = dtype.State is object?[] { Length: > 1 } and [_, string sign, ..] ? sign : "";
        return NumpyType.Parse(order + name, place);
    }

    private static InvalidDataException Bad(string place, string wanted, object? found) => new($"{place}: {wanted} is wanted, found {found switch
    {
        null => "nothing",
        PickleObject other => other.Type,
        string or byte[] => "text",
        long or double or bool => "a number",
        _ => "a container",
    }}.");
}
