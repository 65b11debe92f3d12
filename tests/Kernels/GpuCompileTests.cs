using System.Reflection;
using GraphTune.Engine;
using GraphTune.Kernels;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Translates every GPU twin to PTX and to OpenCL C on machines without a GPU: catches what a back end cannot say, not wrong answers.</summary>
public sealed class GpuCompileTests
{
    /// <summary>Every static method named Kernel… of every kernel, generic ones over each functor they accept.</summary>
    public static IEnumerable<TestCaseData> Twins =>
        from kernel in typeof(Fill).Assembly.GetTypes().Where(t => t.IsValueType && typeof(IKernel).IsAssignableFrom(t))
        from closed in Close(kernel)
        from method in closed.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
        where method.Name.StartsWith("Kernel", StringComparison.Ordinal)
        select new TestCaseData(method).SetArgDisplayNames($"{Name(closed)}.{method.Name}");

    private static readonly (CudaArchitecture Architecture, CudaInstructionSet Isa)[] Targets =
        [(CudaArchitecture.SM_80, CudaInstructionSet.ISA_70), (CudaArchitecture.SM_90, CudaInstructionSet.ISA_84)];

    [TestCaseSource(nameof(Twins))]
    public void Every_twin_compiles_to_PTX(MethodInfo method)
    {
        foreach (var (architecture, isa) in Targets)
        {
            using var context = Fresh();
            using var backend = new PTXBackend(context, new CudaCapabilityContext(architecture), architecture, isa, null!);

            var compiled = (PTXCompiledKernel)backend.Compile(KernelLoader.Entry(method, Grouped(method)), default);

            Assert.That(KernelLoader.FixPtx(compiled.PTXAssembly), Does.Contain(".entry").And.Not.Contain("bra.uni"));
        }
    }

    [TestCaseSource(nameof(Twins))]
    public void Every_twin_compiles_to_OpenCL(MethodInfo method)
    {
        using var context = Fresh();
        using var backend = new CLBackend(context, new CLCapabilityContext(true, false, false, true, true), CLDeviceVendor.Other, new CLCVersion(2, 0));

        var compiled = (CLCompiledKernel)backend.Compile(KernelLoader.Entry(method, Grouped(method)), default);

        Assert.That(KernelLoader.FixCl(compiled.Source), Does.Contain("kernel void").And.Not.Contain("__generic"));
    }

    // A failed compile poisons its context, so each gets its own.
    private static Context Fresh() => Context.Create(b => b.EnableAlgorithms().Optimize(OptimizationLevel.O2));

    private static bool Grouped(MethodInfo method) => method.GetParameters()[0].ParameterType != typeof(Index1D);

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

    private static string Name(Type type) => type.IsGenericType ? $"{type.Name.Split('`')[0]}<{type.GetGenericArguments()[0].Name}>" : type.Name;
}
