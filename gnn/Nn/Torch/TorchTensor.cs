using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Torch;

/// <summary>A tensor as a PyTorch file describes it: a look at a storage.</summary>
/// <param name="Storage">Where the numbers lie.</param>
/// <param name="Type">How each is stored.</param>
/// <param name="Offset">The storage's number that is first here.</param>
/// <param name="Shape">Length of each axis.</param>
/// <param name="Stride">How many numbers of the storage one step along each axis is.</param>
internal sealed record TorchTensor(TorchStorage Storage, DType Type, long Offset, long[] Shape, long[] Stride)
{
    private const int MostAxes = 64;   // as in PyTorch

    /// <summary>The tensor that an object of a pickle describes; null where it describes something else.</summary>
    /// <param name="value">What the pickle holds.</param>
    /// <param name="place">File and name, for messages.</param>
    /// <exception cref="InvalidDataException">It is a tensor, but its parts do not fit.</exception>
    public static TorchTensor? Of(object? value, string place)
    {
        for (var wrapped = 0; value is PickleObject made && wrapped < 4; wrapped++)
            switch (made.Type, made.Arguments)
            {
                case ("torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state", [var inner, ..]): value = inner; break;
                case ("torch._tensor._rebuild_from_type_v2", [PickleGlobal make, _, object?[] arguments, ..]): value = new PickleObject(make.Name, arguments); break;
                case ("torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2", [TorchStorage storage, long offset, var size, var stride, ..]):
                    return new TorchTensor(storage, storage.Type ?? throw new InvalidDataException($"{place}: the storage has no type of numbers."), offset, Axes(size, place), Axes(stride, place)).Checked(place);
                case ("torch._utils._rebuild_tensor_v3", [TorchStorage storage, long offset, var size, var stride, _, _, PickleGlobal type, ..]):
                    return new TorchTensor(storage, TorchTypes.OfNumber(type.Name, place), offset, Axes(size, place), Axes(stride, place)).Checked(place);
                case ("torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_tensor_v3", _):
                    throw new InvalidDataException($"{place}: a tensor is a storage, an offset, a size and strides; something else was found.");
                default: return null;
            }
        return null;
    }

    /// <summary>How many bytes it has by itself.</summary>
    public long Bytes => HostTensor.CountOf(Shape)!.Value * Type.Size;

    /// <summary>The numbers, row by row.</summary>
    /// <param name="name">What to call them.</param>
    /// <param name="storage">The bytes of <see cref="Storage"/>.</param>
    public HostTensor Read(string name, ReadOnlyMemory<byte> storage)
    {
        var size = Type.Size;
        var first = (Storage.First * Storage.Unit) + Offset * size;
        if (Bytes == 0) return new(name, Type, Shape, ReadOnlyMemory<byte>.Empty);
        return new(name, Type, Shape, IsDense ? storage.Slice((int)first, (int)Bytes) : Gathered(storage.Span[(int)first..], size));
    }

    private bool IsDense
    {
        get
        {
            var step = 1L;
            for (var axis = Shape.Length - 1; axis >= 0; axis--)
            {
                if (Shape[axis] != 1 && Stride[axis] != step) return false;
                step *= Shape[axis];
            }
            return true;
        }
    }

    private byte[] Gathered(ReadOnlySpan<byte> storage, int size)
    {
        var data = new byte[Bytes];
        var index = new long[Shape.Length];
        var from = 0L;
        for (var to = 0; to < data.Length; to += size)
        {
            storage.Slice((int)(from * size), size).CopyTo(data.AsSpan(to));
            for (var axis = Shape.Length - 1; axis >= 0; axis--)
            {
                from += Stride[axis];
                if (++index[axis] < Shape[axis]) break;
                from -= Stride[axis] * Shape[axis];
                index[axis] = 0;
            }
        }
        return data;
    }

    private TorchTensor Checked(string place)
    {
        if (Shape.Length != Stride.Length) throw new InvalidDataException($"{place}: {Shape.Length} sizes but {Stride.Length} strides.");
        if (Offset < 0 || Shape.Any(axis => axis < 0) || Stride.Any(step => step < 0)) throw new InvalidDataException($"{place}: offset {Offset}, size {HostTensor.ShapeText(Shape)} and strides {HostTensor.ShapeText(Stride)} must not be negative.");
        if (HostTensor.CountOf(Shape) is not { } count || count > Array.MaxLength / Type.Size) throw new InvalidDataException($"{place}: size {HostTensor.ShapeText(Shape)} is more than an array holds.");
        if (count == 0) return this;
        var held = ((Int128)Storage.Count - Storage.First) * Storage.Unit / Type.Size;
        var last = (Int128)Offset;
        for (var axis = 0; axis < Shape.Length; axis++) last += (Int128)(Shape[axis] - 1) * Stride[axis];
        return last < held
            ? this
            : throw new InvalidDataException($"{place}: size {HostTensor.ShapeText(Shape)} with strides {HostTensor.ShapeText(Stride)} from {Offset} on reaches number {last} of its storage, which holds {held}.");
    }

    private static long[] Axes(object? value, string place)
    {
        var parts = value switch
        {
            PickleObject { Type: "torch.Size", Arguments: [var inner, ..] } => inner,
            _ => value,
        };
        object?[] items = parts switch
        {
            object?[] tuple => tuple,
            List<object?> list => [.. list],
            _ => throw new InvalidDataException($"{place}: sizes and strides are tuples of whole numbers."),
        };
        if (items.Length > MostAxes) throw new InvalidDataException($"{place}: {items.Length} axes; at most {MostAxes} are read.");
        return Array.ConvertAll(items, item => item is long axis ? axis : throw new InvalidDataException($"{place}: sizes and strides are whole numbers."));
    }
}
