using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>Dense products of a layer's shapes, rung by rung.</summary>
[Config(typeof(LadderConfig))]
public unsafe class GemmBenchmarks : IWork
{
    private CpuDevice one = null!, narrow = null!, all = null!;
    private Gemm single, narrowed, shared;
    private float[] a = null!, b = null!, c = null!;
    private int m, k, n;

    [Params("512x512x512", "1024x1024x1024", "20000x64x64", "169343x128x64", "2708x1433x16")]
    public string Size { get; set; } = "1x1x1";

    double IWork.Bytes
    {
        get
        {
            Parse();
            return 4.0 * ((double)m * k + (double)k * n + (double)m * n);
        }
    }

    double IWork.Operations
    {
        get
        {
            Parse();
            return 2.0 * m * k * n;
        }
    }

    double IWork.Bandwidth(Roofline roof) => roof.Read;

    [GlobalSetup]
    public void Setup()
    {
        Parse();
        var random = new XorShift64(1);
        (a, b, c) = (new float[m * k], new float[k * n], new float[m * n]);
        for (var i = 0; i < a.Length; i++) a[i] = random.NextSignedSingle();
        for (var i = 0; i < b.Length; i++) b[i] = random.NextSignedSingle();
        (one, narrow, all) = (new CpuDevice(1), new CpuDevice(1, vectorBits: 256), new CpuDevice());
        (single, narrowed, shared) = (On(one), On(narrow), On(all));

        Gemm On(CpuDevice cpu) => new(Tensor.From(cpu, new Shape(m, k), a), Tensor.From(cpu, new Shape(k, n), b), new Tensor(cpu, new Shape(m, n)));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        one.Dispose();
        narrow.Dispose();
        all.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Scalar()
    {
        Array.Clear(c);
        for (var i = 0; i < m; i++)
            for (var p = 0; p < k; p++)
                for (var j = 0; j < n; j++) c[i * n + j] += a[i * k + p] * b[p * n + j];
    }

    [Benchmark]
    public void Vectors()
    {
        Array.Clear(c);
        fixed (float* source = b, target = c)
            for (var i = 0; i < m; i++)
                for (var p = 0; p < k; p++)
                {
                    var factor = Vector256.Create(a[i * k + p]);
                    for (var j = 0; j < n; j += 8)
                        Vector256.FusedMultiplyAdd(factor, Vector256.Load(source + p * n + j), Vector256.Load(target + i * n + j)).Store(target + i * n + j);
                }
    }

    [Benchmark]
    public void OursWith256Bits() => narrow.Run(narrowed);

    [Benchmark]
    public void Ours() => one.Run(single);

    [Benchmark]
    public void OursAllThreads() => all.Run(shared);

    private void Parse()
    {
        var sizes = Array.ConvertAll(Size.Split('x'), int.Parse);
        (m, k, n) = (sizes[0], sizes[1], sizes[2]);
    }
}
