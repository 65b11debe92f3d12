using System.Reflection;
using GraphTune.Engine;
using GraphTune.Kernels;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace GraphTune.Tests;

/// <summary>Every GPU twin: each static method named Kernel… of each kernel, generic ones over each functor they accept.</summary>
internal static class GpuTwins
{
    /// <summary>What they are compiled for: two generations of GPU, with the oldest instruction set that knows the second.</summary>
    public static readonly (CudaArchitecture Architecture, CudaInstructionSet Isa)[] Targets =
        [(CudaArchitecture.SM_80, CudaInstructionSet.ISA_70), (CudaArchitecture.SM_90, CudaInstructionSet.ISA_84)];

    /// <summary>All of them, in a fixed order.</summary>
    public static IReadOnlyList<MethodInfo> All { get; } =
        [.. from kernel in typeof(Fill).Assembly.GetTypes().Concat(typeof(IKernel).Assembly.GetTypes()).Where(t => t.IsValueType && typeof(IKernel).IsAssignableFrom(t))
            from closed in Close(kernel)
            from method in closed.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
            where method.Name.StartsWith("Kernel", StringComparison.Ordinal)
            orderby Name(method)
            select method];

    /// <summary>What tests call one: <c>Map&lt;Gelu&gt;.Kernel</c>.</summary>
    public static string Name(MethodInfo method)
    {
        var type = method.DeclaringType!;
        return type.IsGenericType ? $"{type.Name.Split('`')[0]}<{type.GetGenericArguments()[0].Name}>.{method.Name}" : $"{type.Name}.{method.Name}";
    }

    /// <summary>Whether the method asks Grid and Group for its place, rather than take an index.</summary>
    public static bool Grouped(MethodInfo method) => method.GetParameters()[0].ParameterType != typeof(Index1D);

    /// <summary>The PTX that the loader would hand to a driver.</summary>
    public static string Ptx(MethodInfo method, CudaArchitecture architecture, CudaInstructionSet isa)
    {
        using var context = Fresh();
        using var backend = new PTXBackend(context, new CudaCapabilityContext(architecture), architecture, isa, null!);
        return KernelLoader.FixPtx(((PTXCompiledKernel)backend.Compile(KernelLoader.Entry(method, Grouped(method)), default)).PTXAssembly);
    }

    /// <summary>A context of its own for one compilation: a failed one poisons its context.</summary>
    public static Context Fresh() => Context.Create(b => b.EnableAlgorithms().Optimize(OptimizationLevel.O2));

    private static IEnumerable<Type> Close(Type kernel)
    {
        if (!kernel.IsGenericTypeDefinition) return [kernel];
        var parameter = kernel.GetGenericArguments().Single();
        return typeof(Fill).Assembly.GetTypes().Where(t => t.IsValueType && !t.IsGenericTypeDefinition && Accepts(parameter, t)).Select(t => kernel.MakeGenericType(t));
    }

    private static bool Accepts(Type parameter, Type candidate) => parameter.GetGenericParameterConstraints()
        .Where(c => c.IsInterface)
        .All(c => candidate.GetInterfaces().Any(i => i.IsGenericType && c.IsGenericType
            ? i.GetGenericTypeDefinition() == c.GetGenericTypeDefinition() && i.GetGenericArguments()[0] == candidate
            : i == c));
}
