using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GraphTune.Engine;

/// <summary>An ILGPU accelerator: CUDA, OpenCL, or ILGPU's CPU simulator for debugging kernels.</summary>
/// <remarks>All work goes through one stream, the device's default one, in order: streams of one's own would not be ordered with it. Kernels compile on first use and are kept for the device's life.</remarks>
public sealed partial class GpuDevice : Device
{
    private const int MostGroups = 65_535;
    private readonly Dictionary<Delegate, Delegate> launchers = new(ReferenceEqualityComparer.Instance);
    private readonly Lock gate = new();
    private readonly Lazy<CpuDevice> host = new(() => new CpuDevice());

    internal GpuDevice(string name, Accelerator accelerator) : base(name)
    {
        (Accelerator, Stream) = (accelerator, accelerator.DefaultStream);
        (Staging, Mailbox) = (new(this), new(this));
    }

    /// <summary>ILGPU's handle.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The stream that all work of this device goes through.</summary>
    public AcceleratorStream Stream { get; }

    internal Staging Staging { get; }

    internal Mailbox Mailbox { get; }

    /// <summary>Whether <see cref="Precision.Tf32"/> makes a difference: CUDA from compute capability 8.0 on; OpenCL devices round alike, without gain.</summary>
    public bool MultipliesTf32 => Accelerator is not CudaAccelerator cuda || cuda.Architecture.Major >= 8;

    /// <summary>Kernels queued since the device was opened.</summary>
    public long Launches { get; private set; }

    internal override long MemoryBytes => Accelerator.MemorySize;

    /// <inheritdoc/>
    public override CpuDevice Host => host.Value;

    private protected override void Hand<TKernel>(in TKernel kernel) => kernel.Gpu(this);

    internal override Buffer Allocate(long bytes) => new GpuBuffer(this, Accelerator.Allocate1D<byte>(bytes));

    /// <inheritdoc/>
    public override void Synchronize() => Stream.Synchronize();

    // CUDA bounds the second and third axis of a grid, and every device the size of a group.
    private KernelConfig Fit(KernelConfig grid) => grid.GridDim.Y <= MostGroups && grid.GridDim.Z <= MostGroups && grid.GroupDim.Size <= Accelerator.MaxNumThreadsPerGroup ? grid
        : throw new DeviceException($"{Name}: a launch of {grid.GridDim} groups of {grid.GroupDim.Size} threads; it takes {MostGroups} groups along y and z, of {Accelerator.MaxNumThreadsPerGroup} threads");

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
        Staging.Dispose();
        Mailbox.Dispose();
        Accelerator.Dispose();
        if (host.IsValueCreated) host.Value.Dispose();
    }
}
