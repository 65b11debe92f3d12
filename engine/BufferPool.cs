using System.Numerics;

namespace GraphTune.Engine;

/// <summary>Keeps freed buffers for reuse. A second step that asks for what the first did takes nothing from the system.</summary>
/// <remarks>
/// Safe to use from several threads. Buffers come in four sizes per power of two, so at most a quarter of a new one is wasted; those of more than 16 MB in sixteen, so at most a sixteenth. Two rules
/// keep the second step whole: what lasts beyond a step (<see cref="Lasting"/>) has shelves of its own, and the first steps find what sizes
/// there are. From then on one up to half larger serves where none of the right size is kept (a small one, up to four times), so that
/// batches of unequal sizes come to rest too.
/// </remarks>
public sealed class BufferPool : IDisposable
{
    private const long Smallest = 256, Small = 64 << 10, Large = 16 << 20;
    private const int FirstSteps = 8;
    private readonly Device device;
    [ThreadStatic] private static int lasting;
    private readonly Dictionary<(long Bytes, bool Lasts), Stack<Buffer>> shelves = [];
    private readonly Lock gate = new();
    private int steps;

    internal BufferPool(Device device) => this.device = device;

    /// <summary>Bytes in use by tensors now.</summary>
    public long LiveBytes { get; private set; }

    /// <summary>The most bytes that were in use at one time since the start or <see cref="ResetPeak"/>.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Bytes taken from the system: in use, or kept for reuse.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Requests answered from the shelves.</summary>
    public long Hits { get; private set; }

    /// <summary>Requests that had to take memory from the system.</summary>
    public long Misses { get; private set; }

    /// <summary>Starts a new peak measurement from what is in use now.</summary>
    public void ResetPeak() => PeakBytes = LiveBytes;

    /// <summary>Gives kept buffers back to the system.</summary>
    public void Trim()
    {
        lock (gate)
        {
            foreach (var shelf in shelves.Values)
                while (shelf.TryPop(out var buffer)) { HeldBytes -= buffer.Bytes; buffer.Dispose(); }
        }
    }

    /// <summary>Whether this pool can take so much more and a quarter, within its limit and three quarters of the device's memory, without giving up what it keeps. For what can be done without.</summary>
    /// <param name="bytes">How much.</param>
    /// <remarks>What others take of the same memory it does not know.</remarks>
    public bool HasRoomFor(long bytes) => HeldBytes <= Math.Min(device.MemoryLimit, device.MemoryBytes / 4 * 3) - bytes / 4 * 5;

    /// <summary>Makes what is kept beyond the step that asks for it: a graph's degrees, say. It takes no buffer that steps use, so that the next step finds all of its own.</summary>
    /// <param name="make">What to make, on this thread.</param>
    public static T Lasting<T>(Func<T> make)
    {
        lasting++;
        try
        {
            return make();
        }
        finally
        {
            lasting--;
        }
    }

    /// <summary>A step of training or inference has ended, and its buffers are back.</summary>
    public void EndStep() => Interlocked.Increment(ref steps);

    internal Buffer Take(Shape shape, int elementBytes)
    {
        var size = SizeClass((long)shape.Count * elementBytes);
        lock (gate)
        {
            var buffer = Kept(size);
            if (buffer is null) { Misses++; buffer = Fresh(shape, size); } else Hits++;
            LiveBytes += buffer.Bytes;
            PeakBytes = Math.Max(PeakBytes, LiveBytes);
            return buffer;
        }
    }

    internal void Return(Buffer buffer)
    {
#if DEBUG
        buffer.Poison();
#endif
        lock (gate)
        {
            var key = (buffer.Bytes, buffer.Lasts);
            if (!shelves.TryGetValue(key, out var shelf)) shelves[key] = shelf = new();
            shelf.Push(buffer);
            LiveBytes -= buffer.Bytes;
        }
    }

    private Buffer? Kept(long size)
    {
        var largest = steps < FirstSteps ? size : size < Small ? 4 * size : size + size / 2;
        for (var at = size; at <= largest; at = SizeClass(at + 1))
            if (shelves.TryGetValue((at, lasting > 0), out var shelf) && shelf.TryPop(out var kept)) return kept;
        return null;
    }

    private Buffer Fresh(Shape shape, long size)
    {
        if (HeldBytes + size > device.MemoryLimit) Trim();
        if (HeldBytes + size > device.MemoryLimit)
            throw new DeviceException($"{device.Name}: a tensor {shape} needs {Text(size)}, but {Text(LiveBytes)} of the limit of {Text(device.MemoryLimit)} are in use; raise MemoryLimit or work on a smaller batch");
        var buffer = Allocate(size, out var cause);
        if (buffer is null && HeldBytes > LiveBytes)
        {
            Trim();   // what is kept for other sizes may make room for this one
            buffer = Allocate(size, out cause);
        }
        if (buffer is null) throw new DeviceException($"{device.Name}: a tensor {shape} needs {Text(size)}, which the device does not have; {Text(LiveBytes)} are in use", cause);
#if DEBUG
        buffer.Poison();
#endif
        HeldBytes += size;
        buffer.Lasts = lasting > 0;
        return buffer;
    }

    private Buffer? Allocate(long size, out Exception? cause)
    {
        cause = null;
        try
        {
            return device.Allocate(size);
        }
        catch (Exception e) when (e is OutOfMemoryException or ILGPU.Runtime.AcceleratorException)
        {
            cause = e;
            return null;
        }
    }

    private static string Text(long bytes) => bytes < 10_000_000 ? $"{bytes:N0} bytes" : $"{bytes / 1e6:N1} MB";

    private static long SizeClass(long bytes)
    {
        if (bytes <= Smallest) return Smallest;
        var step = 1L << Math.Max(6, BitOperations.Log2((ulong)bytes - 1) - (bytes <= Large ? 2 : 4));
        return (bytes + step - 1) / step * step;
    }

    /// <summary>Returns the kept buffers to the system.</summary>
    public void Dispose() => Trim();
}
