namespace GraphTune.Engine;

/// <summary>A dense, row-major block of 32-bit floats on one device. Storage only: it knows no mathematics.</summary>
public class Tensor : DeviceArray<float>
{
    /// <summary>Takes storage from the device's pool; contents undefined.</summary>
    public Tensor(Device device, Shape shape) : base(device, shape) { }

    /// <summary>Another shape over the storage of <paramref name="origin"/>, which must outlive it.</summary>
    /// <exception cref="ShapeException">The numbers of elements differ.</exception>
    public Tensor(Tensor origin, Shape shape) : base(origin, shape) { }

    /// <summary>A part of the storage of <paramref name="origin"/>, which must outlive it: as many elements as the shape has, from <paramref name="start"/> on.</summary>
    /// <exception cref="ShapeException">The part reaches beyond the end.</exception>
    public Tensor(Tensor origin, int start, Shape shape) : base(origin, start, shape) { }

    /// <summary>Copies host values to a device.</summary>
    /// <exception cref="ShapeException">The shape needs another number of values.</exception>
    public static Tensor From(Device device, Shape shape, ReadOnlySpan<float> values)
    {
        if (values.Length != shape.Count) throw new ShapeException($"a tensor {shape} needs {shape.Count} values, but {values.Length} were given");
        var tensor = new Tensor(device, shape);
        tensor.Write(values);
        return tensor;
    }

    /// <summary>This tensor if it is on that device already; else a copy there, and this one goes back to its pool.</summary>
    public Tensor MovedTo(Device device)
    {
        if (device == Device) return this;
        var moved = new Tensor(device, Shape);
        moved.TakeOver(this);
        return moved;
    }

    /// <summary>The one element, or the first, without waiting for the device.</summary>
    public AsyncScalar ItemLater() => Storage.Later(Offset);

    /// <summary>One row of the outermost axis, in host memory. Only for CPU twins.</summary>
    public Span<float> Row(int row) => Span.Slice(row * Shape.RowLength, Shape.RowLength);
}

/// <summary>A list of 32-bit integers on one device: node ids, labels, row starts.</summary>
public sealed class Indices(Device device, int count) : DeviceArray<int>(device, new Shape(count))
{
    /// <summary>Copies host values to a device.</summary>
    public static Indices From(Device device, ReadOnlySpan<int> values)
    {
        var indices = new Indices(device, values.Length);
        indices.Write(values);
        return indices;
    }

    /// <summary>These indices if they are on that device already; else a copy there, and these go back to their pool.</summary>
    public Indices MovedTo(Device device)
    {
        if (device == Device) return this;
        var moved = new Indices(device, Count);
        moved.TakeOver(this);
        return moved;
    }
}

/// <summary>Numbers of 16 bits on one device, bfloat16 or IEEE half: storage only. Whoever narrowed them knows which.</summary>
public sealed class Halves(Device device, Shape shape) : DeviceArray<ushort>(device, shape);
