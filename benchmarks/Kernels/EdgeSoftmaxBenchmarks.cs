using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>Softmax over in-edges, four heads: a head at a time in plain loops, and eight floats at a time whatever the heads.</summary>
public class EdgeSoftmaxBenchmarks : GraphLadder<EdgeSoftmax>
{
    private const int Heads = 4;
    private float[] score = null!, alpha = null!;

    private protected override double Bytes => 8.0 * Heads * Recipe.Edges;

    private protected override double Operations => 20.0 * Heads * Recipe.Edges;   // an exponential is some sixteen

    private protected override double Bandwidth(Roofline roof) => roof.Copy;

    private protected override void Prepare() => (score, alpha) = ((Recipe with { Nodes = Recipe.Edges }).Dense(Heads), new float[Recipe.Edges * Heads]);

    private protected override EdgeSoftmax On(CpuDevice cpu, Csr pattern)
    {
        var operand = Tensor.From(cpu, new Shape(Recipe.Edges, Heads), score);
        return new(pattern, operand, new Tensor(cpu, operand.Shape));
    }

    [Benchmark(Baseline = true)]
    public void Scalar()
    {
        for (var row = 0; row < Start.Length - 1; row++)
            for (var head = 0; head < Heads; head++)
            {
                int first = Start[row] * Heads + head, end = Start[row + 1] * Heads;
                float max = float.NegativeInfinity, sum = 0f;
                for (var i = first; i < end; i += Heads) max = MathF.Max(max, score[i]);
                for (var i = first; i < end; i += Heads) sum += alpha[i] = MathF.Exp(score[i] - max);
                for (var i = first; i < end; i += Heads) alpha[i] /= sum;
            }
    }
}
