using GraphTune.Engine;
using GraphTune.Kernels;
using TorchSharp;

namespace GraphTune.Benchmarks.Peers;

/// <summary>Dense products: squares, the tall and skinny ones of a layer, and those of its gradients.</summary>
internal static class GemmWorkloads
{
    private const double Tolerance = 1e-5;   // of sums of up to 170,000 products

    public static IEnumerable<Workload> All =>
    [
        Product("gemm-512", 512, 512, 512), Product("gemm-1024", 1024, 1024, 1024), Product("gemm-2048", 2048, 2048, 2048),
        Product("gemm-512-avx2", 512, 512, 512, vectorBits: 256), Product("gemm-1024-avx2", 1024, 1024, 1024, vectorBits: 256), Product("gemm-2048-avx2", 2048, 2048, 2048, vectorBits: 256),
        Product("gemm-170000x128x256", 170_000, 128, 256), Product("gemm-169343x128x64", 169_343, 128, 64), Product("gemm-169343x64x40", 169_343, 64, 40),
        Product("gemm-20000x64x64", 20_000, 64, 64), Product("gemm-2708x1433x16", 2_708, 1_433, 16),
        Product("gemm-dW-128x169343x64", 128, 169_343, 64, Transpose.Left), Product("gemm-dW-1433x2708x16", 1_433, 2_708, 16, Transpose.Left),
        Product("gemm-dX-170000x256x128", 170_000, 256, 128, Transpose.Right),
    ];

    // M × K × N as in the name: the operand that a gradient takes transposed is stored as the layer has it. On processors that MKL gives vectors of
    // 256 bits, though they have wider ones, those of 256 bits are the fair comparison.
    private static Workload Product(string name, int m, int k, int n, Transpose transposed = Transpose.None, int vectorBits = 0)
    {
        var (a, b) = (new Shape(transposed == Transpose.Left ? [k, m] : [m, k]), new Shape(transposed == Transpose.Right ? [n, k] : [k, n]));
        (float[], float[]) Operands() => (Inputs.Uniform(a.Count, 1), Inputs.Uniform(b.Count, 2));
        return new(name, Tolerance, () => { }, threads => new OurProduct(a, b, new Shape(m, n), Operands(), transposed, threads, vectorBits),
            () => new TorchProduct(a, b, Operands(), transposed));
    }
}

/// <summary>Our product, its result from the pool each time.</summary>
internal sealed class OurProduct : IContender
{
    private readonly CpuDevice device;
    private readonly Tensor a, b;
    private readonly Shape shape;
    private readonly Transpose transposed;

    public OurProduct(Shape shapeA, Shape shapeB, Shape shapeC, (float[] A, float[] B) values, Transpose transposed, int threads, int vectorBits)
    {
        (device, shape, this.transposed) = (new CpuDevice(threads, vectorBits), shapeC, transposed);
        (a, b) = (Tensor.From(device, shapeA, values.A), Tensor.From(device, shapeB, values.B));
    }

    public string Form => "Gemm";

    public void Run() => Product().Dispose();

    public float[][] Result()
    {
        using var c = Product();
        return [c.ToArray()];
    }

    public void Dispose()
    {
        a.Dispose();
        b.Dispose();
        device.Dispose();
    }

    private Tensor Product()
    {
        var c = new Tensor(device, shape);
        device.Run(new Gemm(a, b, c, transposed));
        return c;
    }
}

/// <summary>torch.mm, which is MKL's; transposed operands are views, as autograd passes them.</summary>
internal sealed class TorchProduct(Shape shapeA, Shape shapeB, (float[] A, float[] B) values, Transpose transposed) : IContender
{
    private readonly torch.Tensor a = values.A.ToTorch(shapeA[0], shapeA[1]), b = values.B.ToTorch(shapeB[0], shapeB[1]);

    public string Form => "mm";

    public void Run()
    {
        using var scope = torch.NewDisposeScope();
        Product();
    }

    public float[][] Result()
    {
        using var scope = torch.NewDisposeScope();
        return [Product().ToFloats()];
    }

    public void Dispose()
    {
        a.Dispose();
        b.Dispose();
    }

    private torch.Tensor Product() => torch.mm(transposed == Transpose.Left ? a.t() : a, transposed == Transpose.Right ? b.t() : b);
}
