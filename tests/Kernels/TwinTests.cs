using GraphTune.Benchmarks;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>The checks that <c>benchmarks/gpu.sh</c> runs on GPUs, on the accelerators that are here.</summary>
public sealed class TwinTests
{
    public static IEnumerable<Device> Accelerators => TestDevices.Fast.OfType<GpuDevice>();

    public static IEnumerable<string> Checks => TwinChecks.All.Select(c => c.Name);

    [Test]
    public void A_twin_agrees_with_the_host([ValueSource(nameof(Accelerators))] Device device, [ValueSource(nameof(Checks))] string check) =>
        Assert.That(TwinChecks.Error(device, TestDevices.Cpu, TwinChecks.All.First(c => c.Name == check).Run), Is.LessThan(1e-4));
}
