using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>The largest over in-edges, 64 channels, with the number of equal ones that its gradient needs: in plain loops, in vectors, in registers.</summary>
public unsafe class FoldBenchmarks : GraphLadder<Fold<Largest>>
{
    private const int Width = 64;
    private float[] x = null!, y = null!, note = null!;

    private protected override double Bytes => 4.0 * Width * (Recipe.Edges + 2.0 * Recipe.Nodes) + 4.0 * Recipe.Edges;

    private protected override double Operations => 2.0 * Width * Recipe.Edges;

    private protected override void Prepare() => (x, y, note) = (Recipe.Dense(Width), new float[Recipe.Nodes * Width], new float[Recipe.Nodes * Width]);

    private protected override Fold<Largest> On(CpuDevice cpu, Csr pattern)
    {
        var operand = Tensor.From(cpu, new Shape(Recipe.Nodes, Width), x);
        return new(pattern, operand, null, new Tensor(cpu, operand.Shape), new Tensor(cpu, operand.Shape));
    }

    [Benchmark(Baseline = true)]
    public void Scalar()
    {
        Array.Fill(y, float.NegativeInfinity);
        for (var row = 0; row < Start.Length - 1; row++)
            for (var entry = Start[row]; entry < Start[row + 1]; entry++)
                for (var j = 0; j < Width; j++)
                {
                    int to = row * Width + j, from = Column[entry] * Width + j;
                    if (x[from] == y[to]) note[to]++;
                    if (x[from] > y[to]) (y[to], note[to]) = (x[from], 1f);
                }
    }

    [Benchmark]
    public void Vectors()
    {
        Array.Fill(y, float.NegativeInfinity);
        fixed (float* source = x, target = y, equal = note)
            for (var row = 0; row < Start.Length - 1; row++)
                for (var entry = Start[row]; entry < Start[row + 1]; entry++)
                    for (var j = 0; j < Width; j += 8)
                    {
                        var to = row * Width + j;
                        Vector256<float> v = Vector256.Load(source + Column[entry] * Width + j), most = Vector256.Load(target + to), count = Vector256.Load(equal + to);
                        count = Vector256.ConditionalSelect(Vector256.Equals(v, most), count + Vector256<float>.One, Vector256.ConditionalSelect(Vector256.GreaterThan(v, most), Vector256<float>.One, count));
                        Vector256.Max(v, most).Store(target + to);
                        count.Store(equal + to);
                    }
    }
}
