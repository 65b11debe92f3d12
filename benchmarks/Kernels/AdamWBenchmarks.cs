using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>AdamW over a million numbers in 50 tensors: a pass for each line of the algorithm, one plain loop, and one kernel for all tensors.</summary>
[Config(typeof(LadderConfig))]
public class AdamWBenchmarks : IWork
{
    private const int Tensors = 50, Each = 20_000, Count = Tensors * Each;
    private static readonly AdamRule Rule = new(Rate: 0.01f, Shrink: 0.999f, Decay: 0f, Keep1: 0.9f, Add1: 0.1f, Keep2: 0.999f, Add2: 0.001f, Root: 1f, Epsilon: 1e-8f, Sign: 1f);
    private readonly float[] p = new float[Count], g = new float[Count], m = new float[Count], v = new float[Count], t = new float[Count];
    private CpuDevice one = null!, all = null!;
    private Adam single, shared;

    double IWork.Bytes => 28.0 * Count;

    double IWork.Operations => 12.0 * Count;

    double IWork.Bandwidth(Roofline roof) => roof.Copy;

    [GlobalSetup]
    public void Setup()
    {
        var random = new XorShift64(1);
        for (var i = 0; i < Count; i++) (p[i], g[i]) = (random.NextSignedSingle(), random.NextSignedSingle());
        (one, all) = (new CpuDevice(1), new CpuDevice());
        (single, shared) = (On(one), On(all));

        Adam On(CpuDevice cpu)
        {
            Tensor Copy(float[] x) => Tensor.From(cpu, new Shape(Count), x);
            return new(Copy(p), Copy(g), Copy(m), Copy(v), Most: null, Anchor: null, Clip: null, Rule);
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        one.Dispose();
        all.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void PassByPass()
    {
        for (var first = 0; first < Count; first += Each)
        {
            var end = first + Each;
            for (var i = first; i < end; i++) p[i] *= Rule.Shrink;
            for (var i = first; i < end; i++) m[i] = Rule.Keep1 * m[i] + Rule.Add1 * g[i];
            for (var i = first; i < end; i++) v[i] = Rule.Keep2 * v[i] + Rule.Add2 * g[i] * g[i];
            for (var i = first; i < end; i++) t[i] = MathF.Sqrt(v[i]) * Rule.Root + Rule.Epsilon;
            for (var i = first; i < end; i++) p[i] -= Rule.Rate * m[i] / t[i];
        }
    }

    [Benchmark]
    public void OneLoop()
    {
        for (var i = 0; i < Count; i++)
        {
            m[i] = Rule.Keep1 * m[i] + Rule.Add1 * g[i];
            v[i] = Rule.Keep2 * v[i] + Rule.Add2 * g[i] * g[i];
            p[i] = Rule.Shrink * p[i] - Rule.Rate * m[i] / (MathF.Sqrt(v[i]) * Rule.Root + Rule.Epsilon);
        }
    }

    [Benchmark]
    public void Ours() => one.Run(single);

    [Benchmark]
    public void OursAllThreads() => all.Run(shared);
}
