using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace GraphTune.Engine;

/// <summary>Raw storage on one device. Only pools create and free buffers.</summary>
internal abstract class Buffer(long bytes) : IDisposable
{
    public long Bytes { get; } = bytes;

    /// <summary>Whether it was made for what lasts beyond a step.</summary>
    public bool Lasts { get; set; }

    /// <summary>Returns when the caller may change the source; on an accelerator that is before the bytes have arrived.</summary>
    public abstract void CopyIn(long offset, ReadOnlySpan<byte> source);

    /// <summary>Returns with the bytes, after all that is queued.</summary>
    public abstract void CopyOut(long offset, Span<byte> target);

    /// <summary>The float at this place among the buffer's floats, without waiting for it.</summary>
    public abstract AsyncScalar Later(int offset);

    /// <summary>Fills with 0xFF, which reads as NaN and as −1: use after return shows at once.</summary>
    public abstract void Poison();

    public abstract void Dispose();
}

/// <summary>Host memory, aligned to cache lines; from 4 MiB up to large pages, on which random row gathers miss the TLB less.</summary>
/// <remarks>It may be read for <see cref="Slack"/> bytes past its end, so that a loop over vectors needs no other way to load the last one, and a loop over entries may look ahead.</remarks>
internal sealed unsafe partial class CpuBuffer : Buffer
{
    private const int Slack = 256;
    private const nuint CacheLine = 64, LargePage = 2 << 20;
    private const int AdviseLargePages = 14;   // MADV_HUGEPAGE in Linux's <sys/mman.h>
    private readonly byte* memory;

    public CpuBuffer(long bytes) : base(bytes)
    {
        var large = (nuint)bytes >= 2 * LargePage;
        memory = (byte*)NativeMemory.AlignedAlloc((nuint)(bytes + Slack), large ? LargePage : CacheLine);
        if (large && OperatingSystem.IsLinux()) _ = Advise(memory, (nuint)bytes, AdviseLargePages);   // a hint: failure costs nothing
    }

    public Span<T> Span<T>(int offset, int count) where T : unmanaged => new((T*)memory + offset, count);

    public override void CopyIn(long offset, ReadOnlySpan<byte> source) => source.CopyTo(new Span<byte>(memory + offset, source.Length));

    public override void CopyOut(long offset, Span<byte> target) => new ReadOnlySpan<byte>(memory + offset, target.Length).CopyTo(target);

    public override AsyncScalar Later(int offset) => new(Span<float>(offset, 1)[0]);

    public override void Poison() => NativeMemory.Fill(memory, (nuint)Bytes, 0xFF);

    public override void Dispose() => NativeMemory.AlignedFree(memory);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* start, nuint length, int advice);
}

/// <summary>Memory of an ILGPU accelerator.</summary>
internal sealed class GpuBuffer(GpuDevice device, MemoryBuffer1D<byte, Stride1D.Dense> memory) : Buffer(memory.Length)
{
    public ArrayView<T> View<T>(int offset, int count) where T : unmanaged => memory.View.AsContiguous().Cast<T>().SubView(offset, count);

    public override void CopyIn(long offset, ReadOnlySpan<byte> source) => device.Staging.In(source, memory.View.AsContiguous().SubView(offset, source.Length));

    public override void CopyOut(long offset, Span<byte> target)
    {
        if (!target.IsEmpty) device.Staging.Out(memory.View.AsContiguous().SubView(offset, target.Length), target);
    }

    public override AsyncScalar Later(int offset) => device.Mailbox.Post(View<float>(offset, 1));

    public override void Poison() => memory.View.AsContiguous().MemSet(device.Stream, 0xFF);

    public override void Dispose() => memory.Dispose();
}
