using GraphTune.Engine;

namespace GraphTune.Tests;

/// <summary>Every device that tests run on: the host, each OpenCL or CUDA device found, and ILGPU's simulator. A fixture that takes one runs once on each.</summary>
public static class TestDevices
{
    private static readonly Lazy<Device[]> Opened = new(() =>
        [new CpuDevice(threads: 3), .. Devices.Names.Where(n => n != "cpu").Select(n => Devices.ByName(n))]);

    private static readonly CpuDevice Narrow = new(threads: 3, vectorBits: 256);

    /// <summary>All devices, the simulator too, which bears tiny sizes only.</summary>
    public static IEnumerable<Device> All => Opened.Value;

    /// <summary>All devices, and the host with vectors of 256 bits where it has wider ones.</summary>
    public static IEnumerable<Device> AllWidths => Cpu.VectorBits > 256 ? [.. All, Narrow] : All;

    /// <summary>The devices that bear useful sizes: all but the simulator.</summary>
    public static IEnumerable<Device> Fast => Opened.Value.Where(d => d.Name != "simulator");

    /// <summary>The host processor.</summary>
    public static CpuDevice Cpu => (CpuDevice)Opened.Value[0];

    /// <summary>Sizes at which loops over lanes and blocks go wrong if they go wrong.</summary>
    public static int[] Sizes => [0, 1, 7, 8, 9, 31, 33];
}

/// <summary>Random operands, the same in every run.</summary>
public static class Any
{
    /// <summary>Uniform values in [−1, 1).</summary>
    public static float[] Values(int count, ulong seed = 3)
    {
        var rng = new Rng(seed);
        return [.. Enumerable.Range(0, count).Select(_ => rng.NextSingle() * 2f - 1f)];
    }

    /// <summary>A constant with uniform values in [−1, 1).</summary>
    public static Tensor Tensor(Device device, Shape shape, ulong seed = 3) => GraphTune.Engine.Tensor.From(device, shape, Values(shape.Count, seed));

    /// <summary>A parameter with uniform values in [−1, 1).</summary>
    public static GraphTune.Autograd.Parameter Parameter(Device device, Shape shape, ulong seed = 3)
    {
        var p = new GraphTune.Autograd.Parameter(device, shape);
        p.Write(Values(shape.Count, seed));
        return p;
    }

    /// <summary>A parameter whose values stay at least 0.2 from 0, so that differences do not cross a kink there.</summary>
    public static GraphTune.Autograd.Parameter AwayFromZero(Device device, Shape shape, ulong seed = 3)
    {
        var p = new GraphTune.Autograd.Parameter(device, shape);
        p.Write([.. Values(shape.Count, seed).Select(v => v + MathF.CopySign(0.2f, v))]);
        return p;
    }
}
