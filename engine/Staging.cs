using ILGPU;
using ILGPU.Runtime;

namespace GraphTune.Engine;

/// <summary>Page-locked host memory through which copies to and from an accelerator pass: the device reads and writes it by itself.</summary>
/// <remarks>
/// A copy to the device is queued and not waited for: small ones follow each other through one half until it is full, and a half is used again
/// once the device has passed the place where it was left. A copy to the host waits for its own bytes; large ones alternate between the halves.
/// </remarks>
internal sealed class Staging(GpuDevice device) : IDisposable
{
    private const int HalfBytes = 4 << 20, Alignment = 16;
    private readonly Lock gate = new();
    private readonly Half[] up = [new(device), new(device)], down = [new(device), new(device)];
    private int turn, used;

    /// <summary>Queues a copy; the caller may change the source at once.</summary>
    public void In(ReadOnlySpan<byte> source, ArrayView<byte> target)
    {
        lock (gate)
        {
            for (var at = 0; at < source.Length;)
            {
                if (used >= HalfBytes) Turn();
                var count = Math.Min(HalfBytes - used, source.Length - at);
                var room = up[turn].Bytes;
                source.Slice(at, count).CopyTo(room.Span[used..]);
                target.SubView(at, count).CopyFromCPU(device.Stream, ref room.Span[used], count);
                at += count;
                used += (count + Alignment - 1) / Alignment * Alignment;
            }
        }
    }

    private void Turn()
    {
        up[turn].Leave();
        turn = 1 - turn;
        up[turn].Await();
        used = 0;
    }

    /// <summary>Copies to the host, after all that is queued.</summary>
    public void Out(ArrayView<byte> source, Span<byte> target)
    {
        lock (gate)
        {
            Fetch(source, 0, 0);
            for (int at = 0, half = 0; at < target.Length; at += HalfBytes, half = 1 - half)
            {
                if (at + HalfBytes < target.Length) Fetch(source, at + HalfBytes, 1 - half);
                down[half].Await();
                var count = Math.Min(HalfBytes, target.Length - at);
                down[half].Bytes.Span[..count].CopyTo(target[at..]);
            }
        }
    }

    private void Fetch(ArrayView<byte> source, int at, int half)
    {
        var count = Math.Min(HalfBytes, source.Length - at);
        source.SubView(at, count).CopyToCPU(device.Stream, ref down[half].Bytes.Span[0], count);
        down[half].Leave();
    }

    public void Dispose()
    {
        foreach (var half in up.Concat(down)) half.Dispose();
    }

    private sealed class Half(GpuDevice device) : IDisposable
    {
        private PageLockedArray1D<byte>? bytes;
        private ProfilingMarker? left;

        public PageLockedArray1D<byte> Bytes => bytes ??= device.Accelerator.AllocatePageLocked1D<byte>(HalfBytes);

        // The place in the stream from which on the device has done with it.
        public void Leave()
        {
            left?.Dispose();
            left = device.Stream.AddProfilingMarker();
        }

        public void Await()
        {
            left?.Synchronize();
            left?.Dispose();
            left = null;
        }

        public void Dispose()
        {
            left?.Dispose();
            bytes?.Dispose();
        }
    }
}
