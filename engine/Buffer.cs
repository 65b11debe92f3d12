using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace GraphTune.Engine;

/// <summary>Raw storage on one device. Only pools create and free buffers.</summary>
internal abstract class Buffer(long bytes) : IDisposable
{
    public long Bytes { get; } = bytes;
    public abstract void CopyIn(long offset, ReadOnlySpan<byte> source);
    public abstract void CopyOut(long offset, Span<byte> target);

    /// <summary>Fills with 0xFF, which reads as NaN and as −1: use after return shows at once.</summary>
    public abstract void Poison();

    public abstract void Dispose();
}

/// <summary>Host memory, aligned to cache lines; from 4 MiB up to large pages, on which random row gathers miss the TLB less.</summary>
internal sealed unsafe partial class CpuBuffer : Buffer
{
    private const nuint CacheLine = 64, LargePage = 2 << 20;
    private const int AdviseLargePages = 14;   // MADV_HUGEPAGE in Linux's <sys/mman.h>
    private readonly byte* memory;

    public CpuBuffer(long bytes) : base(bytes)
    {
        var large = (nuint)bytes >= 2 * LargePage;
        memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, large ? LargePage : CacheLine);
        if (large && OperatingSystem.IsLinux()) _ = Advise(memory, (nuint)bytes, AdviseLargePages);   // a hint: failure costs nothing
    }

    public Span<T> Span<T>(int offset, int count) where T : unmanaged => new((T*)memory + offset, count);

    public override void CopyIn(long offset, ReadOnlySpan<byte> source) => source.CopyTo(new Span<byte>(memory + offset, source.Length));

    public override void CopyOut(long offset, Span<byte> target) => new ReadOnlySpan<byte>(memory + offset, target.Length).CopyTo(target);

    public override void Poison() => NativeMemory.Fill(memory, (nuint)Bytes, 0xFF);

    public override void Dispose() => NativeMemory.AlignedFree(memory);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* start, nuint length, int advice);
}

/// <summary>Memory of an ILGPU accelerator.</summary>
internal sealed class GpuBuffer(GpuDevice device, MemoryBuffer1D<byte, Stride1D.Dense> memory) : Buffer(memory.Length)
{
    public ArrayView<T> View<T>(int offset, int count) where T : unmanaged => memory.View.AsContiguous().Cast<T>().SubView(offset, count);

    public override unsafe void CopyIn(long offset, ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty) return;
        fixed (byte* host = source)
            memory.View.AsContiguous().SubView(offset, source.Length).CopyFromCPU(device.Stream, ref *host, source.Length);
        device.Synchronize();   // the caller may reuse its span at once
    }

    public override unsafe void CopyOut(long offset, Span<byte> target)
    {
        if (target.IsEmpty) return;
        fixed (byte* host = target)
            memory.View.AsContiguous().SubView(offset, target.Length).CopyToCPU(device.Stream, ref *host, target.Length);
        device.Synchronize();
    }

    public override void Poison() => memory.View.AsContiguous().MemSet(device.Stream, 0xFF);

    public override void Dispose() => memory.Dispose();
}
