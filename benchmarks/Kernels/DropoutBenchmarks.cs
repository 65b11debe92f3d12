using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>Dropout of half of 169,343 × 64 numbers, rung by rung: a generator that draws one by one, one that counts, and eight of those side by side.</summary>
[Config(typeof(LadderConfig))]
public class DropoutBenchmarks : IWork
{
    private const int Rows = 169_343, Width = 64;
    private static readonly RandomKey Key = new(Seed: 1, Step: 2, Draw: 3);
    private CpuDevice one = null!, all = null!;
    private Dropout single, shared;
    private float[] x = null!, y = null!;

    double IWork.Bytes => 8.0 * Rows * Width;

    double IWork.Operations => (double)Rows * Width;

    double IWork.Bandwidth(Roofline roof) => roof.Copy;

    [GlobalSetup]
    public void Setup()
    {
        (x, y) = (GraphRecipe.Arxiv.Dense(Width), new float[Rows * Width]);
        (one, all) = (new CpuDevice(1), new CpuDevice());
        (single, shared) = (On(one), On(all));

        Dropout On(CpuDevice cpu) => new(Tensor.From(cpu, new Shape(Rows, Width), x), new Tensor(cpu, new Shape(Rows, Width)), 0.5f, Key);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        one.Dispose();
        all.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Serial()
    {
        var random = new XorShift64(1);
        for (var i = 0; i < x.Length; i++) y[i] = random.NextSignedSingle() < 0f ? 0f : 2f * x[i];
    }

    [Benchmark]
    public void Counted()
    {
        for (var i = 0; i < x.Length; i += 4)
        {
            var words = Key.Block((uint)i / 4);
            for (var lane = 0; lane < 4; lane++) y[i + lane] = Philox.Unit(words[lane]) < 0.5f ? 0f : 2f * x[i + lane];
        }
    }

    [Benchmark]
    public void Ours() => one.Run(single);

    [Benchmark]
    public void OursAllThreads() => all.Run(shared);
}
