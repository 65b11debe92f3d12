using System.Runtime.InteropServices;
using ILGPU;

namespace GraphTune.Engine;

/// <summary>A dense, row-major block of numbers on one device. Storage only: it knows no mathematics.</summary>
/// <typeparam name="T">The number type.</typeparam>
public abstract class DeviceArray<T> : IDisposable where T : unmanaged
{
    private const long Slice = 1 << 27;   // elements of one copy: a span of bytes ends at 2 GiB
    private DeviceArray<T>? origin;
    private int offset;   // of the first element, in the origin
    private Buffer? buffer;

    /// <summary>Takes storage from the device's pool; contents undefined.</summary>
    private protected DeviceArray(Device device, Shape shape)
    {
        (Device, Shape) = (device, shape);
        buffer = device.Pool.Take(shape, Marshal.SizeOf<T>());
    }

    /// <summary>Another view of the storage of <paramref name="origin"/>, which stays its owner.</summary>
    private protected DeviceArray(DeviceArray<T> origin, Shape shape)
    {
        if (shape.Count != origin.Shape.Count) throw new ShapeException($"{origin} cannot be viewed as {shape}: {origin.Shape.Count} elements against {shape.Count}");
        (Device, Shape, this.origin) = (origin.Device, shape, origin);
    }

    /// <summary>A view of a part of the storage of <paramref name="origin"/>, which stays its owner: as many elements as the shape has, from <paramref name="start"/> on.</summary>
    private protected DeviceArray(DeviceArray<T> origin, int start, Shape shape)
    {
        if (start < 0 || start > origin.Count - shape.Count) throw new ShapeException($"{origin} has no part of {shape.Count} elements from {start} on");
        (Device, Shape, this.origin, offset) = (origin.Device, shape, origin, start);
    }

    /// <summary>Where the numbers are.</summary>
    public Device Device { get; }

    /// <summary>The sizes of the axes.</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Count => Shape.Count;

    /// <summary>The elements in host memory. Only for CPU twins: the array must be on a <see cref="CpuDevice"/>. 256 bytes past its end may be read, and mean nothing.</summary>
    public Span<T> Span => ((CpuBuffer)Storage).Span<T>(Offset, Count);

    /// <summary>The elements in accelerator memory. Only for GPU twins: the array must be on a <see cref="GpuDevice"/>.</summary>
    public ArrayView<T> View => ((GpuBuffer)Storage).View<T>(Offset, Count);

    private protected int Offset => origin is null ? 0 : origin.Offset + offset;

    private long OffsetBytes => (long)Offset * Marshal.SizeOf<T>();

    internal Buffer Storage => origin is not null ? origin.Storage : buffer
        ?? throw new ObjectDisposedException(ToString(), "Its tape or owner has ended; copy results out with ToArray() before that.");

    /// <summary>Copies all elements to a new host array; waits for the device.</summary>
    public T[] ToArray()
    {
        var values = new T[Count];
        CopyTo(values);
        return values;
    }

    /// <summary>Copies all elements to <paramref name="target"/>; waits for the device.</summary>
    /// <exception cref="ShapeException">The target has another length.</exception>
    public void CopyTo(Span<T> target)
    {
        if (target.Length != Count) throw new ShapeException($"{this} has {Count} elements, but the target has {target.Length}");
        for (var at = 0L; at < Count; at += Slice)
            Storage.CopyOut(OffsetBytes + at * Marshal.SizeOf<T>(), MemoryMarshal.AsBytes(target.Slice((int)at, (int)Math.Min(Slice, Count - at))));
    }

    /// <summary>Overwrites all elements from host memory, which may change at once; on an accelerator the copy is queued.</summary>
    /// <exception cref="ShapeException">The source has another length.</exception>
    public void Write(ReadOnlySpan<T> values)
    {
        if (values.Length != Count) throw new ShapeException($"{this} has {Count} elements, but {values.Length} were given");
        for (var at = 0L; at < Count; at += Slice)
            Storage.CopyIn(OffsetBytes + at * Marshal.SizeOf<T>(), MemoryMarshal.AsBytes(values.Slice((int)at, (int)Math.Min(Slice, Count - at))));
    }

    /// <summary>Copies the elements of an array of the same length, and disposes of it.</summary>
    private protected void TakeOver(DeviceArray<T> other)
    {
        if (other.Device is CpuDevice) Write(other.Span); else Write(other.ToArray());
        other.Dispose();
    }

    /// <summary>The one element, or the first; waits for the device.</summary>
    public unsafe T Item()
    {
        T value;
        Storage.CopyOut(OffsetBytes, new Span<byte>(&value, sizeof(T)));
        return value;
    }

    /// <summary>From now on the array is a part of <paramref name="whole"/>, whose contents are taken as they are; its own storage goes back to the pool.</summary>
    protected void MoveInto(DeviceArray<T> whole, int start)
    {
        if (start < 0 || start > whole.Count - Count) throw new ShapeException($"{whole} has no part of {Count} elements from {start} on");
        if (buffer is not null) Device.Pool.Return(buffer);
        (buffer, origin, offset) = (null, whole, start);
    }

    /// <summary>Returns the storage to the pool, unless this is a view of another array's.</summary>
    public virtual void Dispose()
    {
        if (buffer is null) return;
        Device.Pool.Return(buffer);
        buffer = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>Type and shape: <c>Tensor[2708, 16]</c>.</summary>
    public override string ToString() => $"{GetType().Name}{Shape}";
}
