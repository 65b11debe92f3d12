using ILGPU.Runtime;

namespace GraphTune.Engine;

/// <summary>An ILGPU accelerator: CUDA, OpenCL, or ILGPU's CPU simulator for debugging kernels.</summary>
/// <remarks>All work goes through one stream, in order. Kernels compile on first use and are kept for the device's life.</remarks>
public sealed partial class GpuDevice : Device
{
    private readonly Dictionary<Delegate, Delegate> launchers = new(ReferenceEqualityComparer.Instance);
    private readonly Lock gate = new();
    private readonly Lazy<CpuDevice> host = new(() => new CpuDevice());

    internal GpuDevice(string name, Accelerator accelerator) : base(name) =>
        (Accelerator, Stream) = (accelerator, accelerator.DefaultStream);

    /// <summary>ILGPU's handle.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The stream that all work of this device goes through.</summary>
    public AcceleratorStream Stream { get; }

    /// <summary>Kernels queued since the device was opened.</summary>
    public long Launches { get; private set; }

    /// <inheritdoc/>
    public override CpuDevice Host => host.Value;

    private protected override void Hand<TKernel>(in TKernel kernel) => kernel.Gpu(this);

    internal override Buffer Allocate(long bytes) => new GpuBuffer(this, Accelerator.Allocate1D<byte>(bytes));

    /// <inheritdoc/>
    public override void Synchronize() => Stream.Synchronize();

    // Keyed by the delegate itself: the compiler keeps one for each static method group, and delegates of one type share a hash code.
    private TLauncher Launcher<TLauncher>(Delegate kernel, bool grouped) where TLauncher : Delegate
    {
        Launches++;
        lock (gate)
        {
            if (!launchers.TryGetValue(kernel, out var launcher))
                launchers[kernel] = launcher = KernelLoader.Load(Accelerator, kernel.Method, grouped).CreateLauncherDelegate<TLauncher>();
            return (TLauncher)launcher;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Synchronize();
        base.Dispose();
        launchers.Clear();
        Accelerator.Dispose();
        if (host.IsValueCreated) host.Value.Dispose();
    }
}
