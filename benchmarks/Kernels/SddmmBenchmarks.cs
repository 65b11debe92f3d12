using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>The dot product of an edge's two ends, 64 numbers each: in plain loops, in vectors, with rows ahead prefetched.</summary>
public unsafe class SddmmBenchmarks : GraphLadder<Sddmm>
{
    private const int Width = 64;
    private float[] x = null!, y = null!;

    private protected override double Bytes => 4.0 * Width * (Recipe.Edges + Recipe.Nodes) + 8.0 * Recipe.Edges;

    private protected override double Operations => 2.0 * Width * Recipe.Edges;

    private protected override void Prepare() => (x, y) = (Recipe.Dense(Width), new float[Recipe.Edges]);

    private protected override Sddmm On(CpuDevice cpu, Csr pattern)
    {
        var operand = Tensor.From(cpu, new Shape(Recipe.Nodes, Width), x);
        return new(pattern, operand, operand, new Tensor(cpu, new Shape(Recipe.Edges)), RowScale: null, ColumnScale: null, Accumulate: false);
    }

    [Benchmark(Baseline = true)]
    public void Scalar()
    {
        for (var row = 0; row < Start.Length - 1; row++)
            for (var entry = Start[row]; entry < Start[row + 1]; entry++)
            {
                var dot = 0f;
                for (var j = 0; j < Width; j++) dot += x[row * Width + j] * x[Column[entry] * Width + j];
                y[entry] = dot;
            }
    }

    [Benchmark]
    public void Vectors()
    {
        fixed (float* source = x)
            for (var row = 0; row < Start.Length - 1; row++)
                for (var entry = Start[row]; entry < Start[row + 1]; entry++)
                {
                    var dot = Vector256<float>.Zero;
                    for (var j = 0; j < Width; j += 8) dot += Vector256.Load(source + row * Width + j) * Vector256.Load(source + Column[entry] * Width + j);
                    y[entry] = Vector256.Sum(dot);
                }
    }
}
