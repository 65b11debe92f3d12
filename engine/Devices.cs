using ILGPU;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GraphTune.Engine;

/// <summary>Finds what this machine can compute on.</summary>
public static class Devices
{
    private static readonly Lazy<Context> Shared = new(Create);
    private static readonly Dictionary<(string, int), DeviceRate> Rates = [];

    /// <summary>The names that <see cref="ByName"/> knows here, best first; the simulator, a debugging device, is last.</summary>
    public static IReadOnlyList<string> Names => [.. Found().Select(f => f.Name)];

    /// <summary>A CUDA device if there is one, else an OpenCL GPU, else the host processor.</summary>
    /// <param name="threads">Threads for the host processor; 0 for one per processor.</param>
    public static Device Best(int threads = 0) => Found().First(f => f.Serves).Open(threads);

    /// <summary>The device that would do a piece of work first: small graphs are quicker on the host than their kernels start elsewhere.</summary>
    /// <param name="work">One training step, say.</param>
    /// <param name="threads">Threads for the host processor; 0 for one per processor.</param>
    /// <remarks>Each device is measured once a process, in a few tenths of a second; where there is one device only, not even that.</remarks>
    public static Device Best(WorkSize work, int threads = 0)
    {
        Entry[] serving = [.. Found().Where(f => f.Serves)];
        if (serving.Length == 1) return serving[0].Open(threads);
        return serving[Fastest([.. serving.Select(f => RateOf(f, threads))], work)].Open(threads);
    }

    /// <summary>What a named device gives; measured once a process.</summary>
    /// <exception cref="DeviceException">There is no such device.</exception>
    public static DeviceRate Rate(string name, int threads = 0) => RateOf(Named(name), threads);

    internal static int Fastest(IReadOnlyList<DeviceRate> rates, WorkSize work) => Enumerable.Range(0, rates.Count).MinBy(i => rates[i].Seconds(work));

    private static DeviceRate RateOf(Entry entry, int threads)
    {
        lock (Rates)
        {
            if (Rates.TryGetValue((entry.Name, threads), out var known)) return known;
            using var device = entry.Open(threads);
            return Rates[(entry.Name, threads)] = DeviceRate.Measure(device);
        }
    }

    /// <summary>Opens a device by name: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>opencl</c>, <c>simulator</c>, or <c>best</c>.</summary>
    /// <param name="name">One of <see cref="Names"/>; without a number, the first of its kind.</param>
    /// <param name="threads">Threads for the host processor; 0 for one per processor.</param>
    /// <exception cref="DeviceException">There is no such device; the message lists what there is.</exception>
    public static Device ByName(string name, int threads = 0)
    {
        return name == "best" ? Best(threads) : Named(name).Open(threads);
    }

    private static Entry Named(string name)
    {
        var full = name is "cuda" or "opencl" ? name + ":0" : name;
        return Found().FirstOrDefault(f => f.Name == full) ?? throw new DeviceException($"there is no device '{name}' here; there is {string.Join(", ", Names)}");
    }

    /// <summary>Opens every device of this machine but the simulator.</summary>
    public static IEnumerable<Device> All(int threads = 0) => Found().Where(f => f.Name != "simulator").Select(f => f.Open(threads));

    /// <summary>One line on what a named device is: the maker's name and its memory.</summary>
    public static string Describe(string name) => Found().FirstOrDefault(f => f.Name == name)?.About ?? "unknown";

    private static IEnumerable<Entry> Found()
    {
        var cpu = new Entry("cpu", true, $"host processor, {Environment.ProcessorCount} threads", threads => new CpuDevice(threads));
        var context = Shared.Value;
        var cuda = Entries("cuda", context.Devices.OfType<CudaDevice>(), _ => true);
        var opencl = Entries("opencl", context.Devices.OfType<CLDevice>(), d => d.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU));
        var simulator = context.Devices.OfType<CPUDevice>().Take(1).Select(d => new Entry("simulator", false, "ILGPU's CPU simulator, for debugging kernels only",
            _ => new GpuDevice("simulator", d.CreateAccelerator(context))));
        return [.. cuda, .. opencl.Where(d => d.Serves), cpu, .. opencl.Where(d => !d.Serves), .. simulator];
    }

    private static Entry[] Entries<T>(string kind, IEnumerable<T> devices, Func<T, bool> serves) where T : ILGPU.Runtime.Device =>
        [.. devices.Select((d, i) => new Entry($"{kind}:{i}", serves(d), $"{d.Name.Trim('\0', ' ')}, {d.MemorySize / 1e9:N1} GB",
            _ => new GpuDevice($"{kind}:{i}", d.CreateAccelerator(Shared.Value))))];

    private static Context Create()
    {
        KernelLoader.ResolveDrivers();
        var context = Context.Create(b => b.Cuda().OpenCL(_ => true).CPU(new CPUDevice(2, 2, 1)).EnableAlgorithms().Optimize(OptimizationLevel.O2).Profiling());
        foreach (var device in context.GetCLDevices()) KernelLoader.AllowWithoutGenericAddressSpace(device);
        return context;
    }

    private sealed record Entry(string Name, bool Serves, string About, Func<int, Device> Open);
}
