using System.Reflection;
using GraphTune.Engine;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime.OpenCL;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Translates every GPU twin to OpenCL C on machines without a GPU: catches what a back end cannot say, not wrong answers.</summary>
public sealed class GpuCompileTests
{
    public static IEnumerable<TestCaseData> Twins => GpuTwins.All.Select(m => new TestCaseData(m).SetArgDisplayNames(GpuTwins.Name(m)));

    [TestCaseSource(nameof(Twins))]
    public void Every_twin_compiles_to_OpenCL(MethodInfo method)
    {
        using var context = GpuTwins.Fresh();
        using var backend = new CLBackend(context, new CLCapabilityContext(true, false, false, true, true), CLDeviceVendor.Other, new CLCVersion(2, 0));

        var compiled = (CLCompiledKernel)backend.Compile(KernelLoader.Entry(method, GpuTwins.Grouped(method)), default);

        Assert.That(KernelLoader.FixCl(compiled.Source), Does.Contain("kernel void").And.Not.Contain("__generic"));
    }
}
