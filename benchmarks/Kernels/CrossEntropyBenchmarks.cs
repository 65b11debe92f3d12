using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>Softmax and cross-entropy of 90,941 rows of 40 classes: the softmax written out and read again, and both in one pass that writes a row's loss alone.</summary>
[Config(typeof(LadderConfig))]
public class CrossEntropyBenchmarks : IWork
{
    private const int Rows = 90_941, Classes = GraphRecipe.Classes;
    private CpuDevice one = null!, all = null!;
    private CrossEntropy single, shared;
    private float[] x = null!, softmax = null!, loss = null!;
    private int[] label = null!;

    double IWork.Bytes => 4.0 * Rows * (Classes + 5);

    double IWork.Operations => 18.0 * Rows * Classes;   // an exponential is some sixteen

    double IWork.Bandwidth(Roofline roof) => roof.Read;

    [GlobalSetup]
    public void Setup()
    {
        var recipe = GraphRecipe.Arxiv with { Nodes = Rows };
        (x, softmax, loss, label) = (recipe.Dense(Classes), new float[Rows * Classes], new float[Rows], recipe.Labels());
        (one, all) = (new CpuDevice(1), new CpuDevice());
        (single, shared) = (On(one), On(all));

        CrossEntropy On(CpuDevice cpu) => new(Tensor.From(cpu, new Shape(Rows, Classes), x), Indices.From(cpu, label), Chosen: null, Weight: null, new CrossEntropyRule(0f, 0f, -1),
            new Tensor(cpu, new Shape(Rows)), new Tensor(cpu, new Shape(Rows)), new Tensor(cpu, new Shape(Rows, 2)));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        one.Dispose();
        all.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void SoftmaxThenLoss()
    {
        for (var row = 0; row < Rows; row++)
        {
            var (max, sum) = Normalizer(row);
            for (var j = row * Classes; j < (row + 1) * Classes; j++) softmax[j] = MathF.Exp(x[j] - max) / sum;
        }
        for (var row = 0; row < Rows; row++) loss[row] = -MathF.Log(softmax[row * Classes + label[row]]);
    }

    [Benchmark]
    public void OneLoop()
    {
        for (var row = 0; row < Rows; row++)
        {
            var (max, sum) = Normalizer(row);
            loss[row] = max - x[row * Classes + label[row]] + MathF.Log(sum);
        }
    }

    [Benchmark]
    public void Ours() => one.Run(single);

    [Benchmark]
    public void OursAllThreads() => all.Run(shared);

    private (float Max, float Sum) Normalizer(int row)
    {
        float max = float.NegativeInfinity, sum = 0f;
        for (var j = row * Classes; j < (row + 1) * Classes; j++) max = MathF.Max(max, x[j]);
        for (var j = row * Classes; j < (row + 1) * Classes; j++) sum += MathF.Exp(x[j] - max);
        return (max, sum);
    }
}
