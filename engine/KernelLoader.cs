using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GraphTune.Engine;

/// <summary>Compiles a kernel with ILGPU 1.5.3 and mends what its back ends get wrong, before the driver sees it.</summary>
/// <remarks>
/// The one place that knows ILGPU's private fields; <c>KernelLoaderTests</c> fails when they change. What is mended, and why:
/// PTX at O2 marks divergent branches uniform (<c>bra.uni</c>), which PTX leaves undefined; OpenCL atomics lose their address
/// space; a barrier fences global memory only; names come from process-wide counters, which defeats the drivers' disk caches.
/// </remarks>
internal static partial class KernelLoader
{
    private const BindingFlags Private = BindingFlags.Instance | BindingFlags.NonPublic;
    internal static readonly FieldInfo? PtxText = typeof(PTXCompiledKernel).GetField("<PTXAssembly>k__BackingField", Private);
    internal static readonly FieldInfo? ClText = typeof(CLCompiledKernel).GetField("<Source>k__BackingField", Private);
    internal static readonly PropertyInfo? GenericAddressSpace = typeof(CLCapabilityContext).GetProperty("GenericAddressSpace");
    private static readonly Lock Once = new();
    private static bool resolves;

    /// <summary>Lets ILGPU find the versioned driver libraries, which is all that many Linux machines have.</summary>
    public static void ResolveDrivers()
    {
        lock (Once)
        {
            if (resolves || !OperatingSystem.IsLinux()) return;
            resolves = true;
            try { NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, (name, _, _) => Versioned(name)); }
            catch (InvalidOperationException) { }   // ILGPU installs a resolver of its own under WSL, and that one serves
        }
    }

    private static nint Versioned(string name) => name switch
    {
        "OpenCL" when NativeLibrary.TryLoad("libOpenCL.so.1", out var handle) => handle,
        "cuda" when NativeLibrary.TryLoad("libcuda.so.1", out var handle) => handle,
        _ => 0,
    };

    /// <summary>PoCL says it has no generic address space, and ILGPU then refuses it; code at O2 does not use that space.</summary>
    public static void AllowWithoutGenericAddressSpace(CLDevice device) => GenericAddressSpace!.SetValue(device.Capabilities, true);

    /// <summary>Compiles, mends and loads <paramref name="method"/>.</summary>
    /// <param name="accelerator">Where it will run.</param>
    /// <param name="method">A static method whose parameters are unmanaged values and views.</param>
    /// <param name="grouped">True when the method uses group indices itself; false when its first parameter is the item's index.</param>
    public static Kernel Load(Accelerator accelerator, MethodInfo method, bool grouped)
    {
        var entry = Entry(method, grouped);
        switch (accelerator)
        {
            case CLAccelerator cl:
                var source = (CLCompiledKernel)cl.Backend.Compile(entry, default);
                ClText!.SetValue(source, FixCl(source.Source));
                return Loaded(accelerator, source, grouped);
            case CudaAccelerator cuda:
                var assembly = (PTXCompiledKernel)cuda.Backend.Compile(entry, default);
                PtxText!.SetValue(assembly, FixPtx(assembly.PTXAssembly));
                return Loaded(accelerator, assembly, grouped);
            default:
                return grouped ? accelerator.LoadKernel(method) : accelerator.LoadAutoGroupedKernel(method);
        }
    }

    internal static EntryPointDescription Entry(MethodInfo method, bool grouped) => grouped
        ? EntryPointDescription.FromExplicitlyGroupedKernel(method)
        : EntryPointDescription.FromImplicitlyGroupedKernel(method);

    private static Kernel Loaded(Accelerator accelerator, CompiledKernel kernel, bool grouped) =>
        grouped ? accelerator.LoadKernel(kernel) : accelerator.LoadAutoGroupedKernel(kernel);

    internal static string FixPtx(string ptx) => Renumber(ptx.Replace("bra.uni", "bra"), PtxName());

    internal static string FixCl(string source)
    {
        var spaces = PointerType().Matches(source).ToDictionary(t => t.Groups[2].Value, t => t.Groups[1].Value);
        var variables = new Dictionary<string, string>();
        foreach (Match v in Variable().Matches(source))
            if (spaces.TryGetValue(v.Groups[1].Value, out var space)) variables[v.Groups[2].Value] = space;
        source = AtomicCast().Replace(source, a => variables.TryGetValue(a.Groups[2].Value, out var space)
            ? $"(volatile {space} {a.Groups[1].Value}*){a.Groups[2].Value}" : a.Value);
        return ClContraction.Apply(Renumber(source, ClName())).Replace("work_group_barrier ( CLK_GLOBAL_MEM_FENCE )", "work_group_barrier ( CLK_GLOBAL_MEM_FENCE | CLK_LOCAL_MEM_FENCE )");
    }

    private static string Renumber(string text, Regex name)
    {
        var names = new Dictionary<string, string>();
        return name.Replace(text, m => names.TryGetValue(m.Value, out var known) ? known : names[m.Value] = $"{m.Groups[1].Value}_n{names.Count}");
    }

    [GeneratedRegex(@"\b(type|L)_\d+")] private static partial Regex ClName();
    [GeneratedRegex(@"\b(L|_[A-Za-z]\w*?)_\d+\b")] private static partial Regex PtxName();
    [GeneratedRegex(@"typedef (global|local|private) \w+\* (type_\d+);")] private static partial Regex PointerType();
    [GeneratedRegex(@"\b(type_\d+) (var\d+);")] private static partial Regex Variable();
    [GeneratedRegex(@"\((atomic_\w+)\*\)(var\d+)")] private static partial Regex AtomicCast();
}
