using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>Layer norm of 169,343 rows: three passes over the tensor, three over a row, and rows in vectors.</summary>
[Config(typeof(LadderConfig))]
public class LayerNormBenchmarks : IWork
{
    private const int Rows = 169_343;
    private const float Epsilon = 1e-5f;
    private CpuDevice one = null!, all = null!;
    private LayerNorm single, shared;
    private float[] x = null!, y = null!, mean = null!, scale = null!;

    [Params(64, 256)]
    public int Width { get; set; }

    double IWork.Bytes => 8.0 * Rows * Width;

    double IWork.Operations => 7.0 * Rows * Width;

    double IWork.Bandwidth(Roofline roof) => roof.Copy;

    [GlobalSetup]
    public void Setup()
    {
        (x, y, mean, scale) = (GraphRecipe.Arxiv.Dense(Width), new float[Rows * Width], new float[Rows], new float[Rows]);
        (one, all) = (new CpuDevice(1), new CpuDevice());
        (single, shared) = (On(one), On(all));

        LayerNorm On(CpuDevice cpu)
        {
            Tensor of = Tensor.From(cpu, new Shape(Rows, Width), x), columns = new(cpu, new Shape(Width));
            cpu.Run(new Fill(columns, 1f));
            return new(of, columns, columns, new Tensor(cpu, of.Shape), new Tensor(cpu, new Shape(Rows)), new Tensor(cpu, new Shape(Rows)), Width, Epsilon);
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        one.Dispose();
        all.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void TensorByTensor()
    {
        for (var row = 0; row < Rows; row++) Mean(row);
        for (var row = 0; row < Rows; row++) Scale(row);
        for (var row = 0; row < Rows; row++) Write(row);
    }

    [Benchmark]
    public void RowByRow()
    {
        for (var row = 0; row < Rows; row++)
        {
            Mean(row);
            Scale(row);
            Write(row);
        }
    }

    [Benchmark]
    public void Ours() => one.Run(single);

    [Benchmark]
    public void OursAllThreads() => all.Run(shared);

    private void Mean(int row)
    {
        var sum = 0f;
        for (var j = 0; j < Width; j++) sum += x[row * Width + j];
        mean[row] = sum / Width;
    }

    private void Scale(int row)
    {
        var sum = 0f;
        for (var j = 0; j < Width; j++) sum += (x[row * Width + j] - mean[row]) * (x[row * Width + j] - mean[row]);
        scale[row] = 1f / MathF.Sqrt(sum / Width + Epsilon);
    }

    private void Write(int row)
    {
        for (var j = 0; j < Width; j++) y[row * Width + j] = (x[row * Width + j] - mean[row]) * scale[row] + 1f;
    }
}
