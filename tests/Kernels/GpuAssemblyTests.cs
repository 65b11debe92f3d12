using System.Collections.Concurrent;
using System.Reflection;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Translates every GPU twin to PTX, as the loader would, and has NVIDIA's assembler judge it: no GPU is needed for either.</summary>
public sealed class GpuAssemblyTests
{
    private static readonly Lazy<ConcurrentDictionary<string, Twin>> Built = new(Build);

    public static IEnumerable<TestCaseData> Twins => GpuTwins.All.Select(m => new TestCaseData(GpuTwins.Name(m)));

    [TestCaseSource(nameof(Twins))]
    public void Every_twin_compiles_to_PTX(string name)
    {
        var twin = Built.Value[name];

        Assert.That(twin.Failure, Is.Null);
        Assert.That(twin.Ptx, Has.All.Contains(".entry").And.None.Contains("bra.uni"));
    }

    [TestCaseSource(nameof(Twins))]
    public void Every_twin_keeps_its_numbers_in_registers(string name)
    {
        if (Ptxas.Found is null) Assert.Ignore("skipped: no ptxas");
        var twin = Built.Value[name];
        TestContext.Out.WriteLine(string.Join("\n", twin.Reports.Select(r => r.Text)));

        Assert.That(twin.Reports, Has.Length.EqualTo(GpuTwins.Targets.Length));
        Assert.That(twin.Reports, Has.All.Matches<Ptxas.Report>(r => r.Passed && r is { Frame: 0, Spilled: 0 }), "assembled, without a stack frame or a spill");
    }

    /// <summary>The twins that move 128 bits at a time: everything elementwise, sums over edges, products.</summary>
    public static IEnumerable<TestCaseData> Wide => GpuTwins.All.Select(GpuTwins.Name).Where(name => WideKernels.Contains(name.Split('<', '.')[0]) && !name.EndsWith("Each", StringComparison.Ordinal))
        .Select(name => new TestCaseData(name));

    private static readonly HashSet<string> WideKernels = ["Map", "MapGrad", "Zip", "ZipGrad", "LossMap", "LossGrad", "Dropout", "Axpby", "ScaleBy", "Copy", "Expand", "BatchNorm", "BatchNormGrad",
        "SpMM", "Fold", "FoldGrad", "SoftmaxSum", "SoftmaxSumGrad", "Attend", "AttendGrad", "HeadDot", "HeadDotGrad", "HeadDotWeightGrad", "Sddmm", "GatherRows", "Gemm", "WidenGemm", "WidenGemmGrad"];

    [TestCaseSource(nameof(Wide))]
    public void A_wide_twin_loads_128_bits(string name) => Assert.That(Built.Value[name].Ptx, Has.All.Contains("ld.global.v4.f32"));

    private static ConcurrentDictionary<string, Twin> Build()
    {
        var twins = new ConcurrentDictionary<string, Twin>();
        GpuTwins.All.AsParallel().ForAll(method => twins[GpuTwins.Name(method)] = Build(method));
        return twins;
    }

    private static Twin Build(MethodInfo method)
    {
        try
        {
            string[] ptx = [.. GpuTwins.Targets.Select(t => GpuTwins.Ptx(method, t.Architecture, t.Isa))];
            return new(ptx, Ptxas.Found is null ? [] : [.. ptx.Zip(GpuTwins.Targets, (text, t) => Ptxas.Assemble(text, $"sm_{t.Architecture.Major}{t.Architecture.Minor}"))], null);
        }
        catch (Exception e)
        {
            return new([], [], e.ToString());
        }
    }

    private sealed record Twin(string[] Ptx, Ptxas.Report[] Reports, string? Failure);
}
