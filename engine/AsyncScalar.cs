using ILGPU;
using ILGPU.Runtime;

namespace GraphTune.Engine;

/// <summary>One number on its way from the device: whoever asks for it waits for that number alone, and not before.</summary>
/// <remarks>From <see cref="Tensor.ItemLater"/>. What the device does meanwhile, and what is queued later, is not waited for. Dispose it if it is never read.</remarks>
public sealed class AsyncScalar : IDisposable
{
    private readonly Mailbox? mailbox;
    private readonly int slot;
    private ProfilingMarker? arrived;
    private float value;
    private bool dropped;

    internal AsyncScalar(float value) => this.value = value;

    internal AsyncScalar(Mailbox mailbox, int slot, ProfilingMarker arrived) => (this.mailbox, this.slot, this.arrived) = (mailbox, slot, arrived);

    /// <summary>The number; waits until the device has made it.</summary>
    /// <exception cref="ObjectDisposedException">It was given up before it was read.</exception>
    public float Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(dropped, this);
            if (arrived is null) return value;
            arrived.Synchronize();
            value = mailbox![slot];
            Free();
            return value;
        }
    }

    /// <summary>Gives up the number's place, if it was not read.</summary>
    public void Dispose()
    {
        if (arrived is null) return;
        dropped = true;
        Free();
    }

    private void Free()
    {
        arrived!.Dispose();
        arrived = null;
        mailbox!.Free(slot);
    }
}

/// <summary>Page-locked places for numbers that are on their way from an accelerator.</summary>
internal sealed class Mailbox(GpuDevice device) : IDisposable
{
    private const int PageSlots = 256;
    private readonly List<PageLockedArray1D<float>> pages = [];
    private readonly Stack<int> free = [];
    private readonly Lock gate = new();

    public float this[int slot] => pages[slot / PageSlots].Span[slot % PageSlots];

    /// <summary>Queues the copy of one number.</summary>
    public AsyncScalar Post(ArrayView<float> number)
    {
        var slot = Take();
        number.CopyToCPU(device.Stream, ref pages[slot / PageSlots].Span[slot % PageSlots], 1);
        return new(this, slot, device.Stream.AddProfilingMarker());
    }

    public void Free(int slot)
    {
        lock (gate) free.Push(slot);
    }

    private int Take()
    {
        lock (gate)
        {
            if (free.Count == 0)
            {
                pages.Add(device.Accelerator.AllocatePageLocked1D<float>(PageSlots));
                for (var slot = pages.Count * PageSlots - 1; slot >= (pages.Count - 1) * PageSlots; slot--) free.Push(slot);
            }
            return free.Pop();
        }
    }

    public void Dispose()
    {
        foreach (var page in pages) page.Dispose();
    }
}
