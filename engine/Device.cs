namespace GraphTune.Engine;

/// <summary>Where tensors live and kernels run. There are two kinds: the host, and anything ILGPU drives.</summary>
public abstract class Device : IDisposable
{
    /// <summary>A device with an empty pool and no memory limit.</summary>
    private protected Device(string name) => (Name, Pool) = (name, new BufferPool(this));

    /// <summary>What <see cref="Devices.ByName"/> calls it: <c>cpu</c>, <c>cuda:0</c>, <c>opencl:0</c>, <c>simulator</c>.</summary>
    public string Name { get; }

    /// <summary>The device's storage, reused between steps, with its statistics.</summary>
    public BufferPool Pool { get; }

    /// <summary>The most bytes the pool may hold; unlimited at first. Asking for more throws a <see cref="DeviceException"/>.</summary>
    public long MemoryLimit { get; set; } = long.MaxValue;

    /// <summary>How exactly matrices are multiplied; 32-bit floats at first. A host processor always takes those.</summary>
    public Precision Precision { get; set; }

    /// <summary>Hands <paramref name="kernel"/> to its twin for this device. The only door to the hardware.</summary>
    public void Run<TKernel>(in TKernel kernel) where TKernel : struct, IKernel
    {
        if (Trace is not { } trace)
        {
            Hand(kernel);
            return;
        }
        var start = trace.Enter();
        try
        {
            Hand(kernel);
        }
        catch
        {
            trace.Drop();
            throw;
        }
        trace.Leave<TKernel>(this, start);
    }

    /// <summary>Told of every kernel and its time; null, as at first, for none.</summary>
    public Trace? Trace { get; set; }

    private protected abstract void Hand<TKernel>(in TKernel kernel) where TKernel : struct, IKernel;

    /// <summary>The host's threads, for work that is no kernel: sorting edges, sampling neighbours. On a <see cref="CpuDevice"/> the device itself.</summary>
    public abstract CpuDevice Host { get; }

    /// <summary>The memory of the machine or the accelerator, in bytes, whoever uses it.</summary>
    internal abstract long MemoryBytes { get; }

    /// <summary>Waits until all queued work is done.</summary>
    public virtual void Synchronize() { }

    /// <summary>Takes fresh storage; contents undefined. Only the pool calls it.</summary>
    internal abstract Buffer Allocate(long bytes);

    /// <summary>Returns all memory. Tensors still alive on the device must not be used after.</summary>
    public virtual void Dispose()
    {
        Pool.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The device's name.</summary>
    public override string ToString() => Name;
}
