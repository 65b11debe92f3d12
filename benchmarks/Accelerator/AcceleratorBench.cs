using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>What <c>gpu.sh</c> calls: <c>gpu twins|kernels|steps|export DEVICE [FOLDER]</c>, one JSON line a result; results and inputs as raw floats in the folder, for a peer to read.</summary>
/// <remarks>A time is the median of synchronised samples: wait, run so often that it takes 20 ms, wait; the peers do the same.</remarks>
internal sealed class AcceleratorBench(Device device, string? folder, TextWriter to)
{
    private const int Samples = 15;
    private static readonly (int M, int K, int N)[] Products = [(169_343, 128, 64), (169_343, 64, 40), (2_708, 1_433, 16), (1_024, 1_024, 1_024), (4_096, 4_096, 4_096)];
    private const double SampleSeconds = 0.02, TwinTolerance = 1e-4;

    /// <summary>Runs one mode; returns the exit code.</summary>
    public static int Run(string mode, string name, string? folder, TextWriter to)
    {
        if (folder is not null) Directory.CreateDirectory(folder);
        if (mode == "export") return Export(folder ?? throw new ArgumentException("gpu export: which folder?"));
        if (!Devices.Names.Contains(name))
        {
            Console.Error.WriteLine($"gpu: no device '{name}' here; there is {string.Join(", ", Devices.Names)}");
            return 2;
        }
        using var device = Devices.ByName(name);
        var bench = new AcceleratorBench(device, folder, to);
        return mode switch { "twins" => bench.Twins(), "kernels" => bench.Kernels(), "steps" => bench.Steps(), _ => throw new ArgumentException($"gpu: no mode '{mode}'; there is twins, kernels, steps, export") };
    }

    // Elsewhere than on CUDA it is a dry run: cora's sizes, few samples.
    private bool Dry => !device.Name.StartsWith("cuda", StringComparison.Ordinal);

    private int Twins()
    {
        using var host = new CpuDevice();
        var failed = 0;
        foreach (var (name, run) in TwinChecks.All)
        {
            var error = TwinChecks.Error(device, host, run);
            if (!(error < TwinTolerance)) failed++;
            to.WriteLine(Line($"{{\"side\": \"ours\", \"twin\": \"{name}\", \"error\": {error:g3}, \"passed\": {(error < TwinTolerance ? "true" : "false")}}}"));
        }
        return failed == 0 ? 0 : 1;
    }

    private int Kernels()
    {
        var length = Dry ? 1 << 22 : 1 << 26;
        using (Tensor x = new(device, new Shape(length)), y = new(device, new Shape(length)))
        {
            device.Run(new Fill(x, 1f));
            Report("copy", Time(() => device.Run(new Copy(x, y))), bytes: 8.0 * x.Count);
        }
        foreach (var recipe in GraphRecipe.All.Where(Wanted)) Sums(recipe);
        foreach (var precision in Enum.GetValues<Precision>())
            foreach (var (m, k, n) in Products)
                if (!Dry || (long)m * k * n < 100_000_000) Product(m, k, n, precision);
        if (!Dry) Dropout();
        return 0;
    }

    private bool Wanted(GraphRecipe recipe) => !Dry || recipe == GraphRecipe.Cora;

    private void Sums(GraphRecipe recipe)
    {
        var host = SyntheticGraph.Generate(recipe);
        using var a = new HostCsr(host.RowStart, host.Column, recipe.Nodes).To(device);
        foreach (var width in Widths(recipe))
        {
            using var x = Tensor.From(device, new Shape(recipe.Nodes, width), recipe.Dense(width));
            using var y = new Tensor(device, x.Shape);
            // Every gathered row counts, though the second cache may serve it.
            Report($"spmm-{recipe.Name}-{width}", Time(() => device.Run(new SpMM(a, x, y))), bytes: 4.0 * (recipe.Edges + recipe.Nodes) * width + 4.0 * recipe.Edges, y);
        }
    }

    private static int[] Widths(GraphRecipe recipe) => recipe == GraphRecipe.Cora ? [64, 1_433] : recipe == GraphRecipe.Arxiv ? [64, 128] : [100];

    private void Product(int m, int k, int n, Precision precision)
    {
        device.Precision = precision;
        using Tensor a = Filled(m, k), b = Filled(k, n), c = new(device, new Shape(m, n));
        Report($"gemm-{m}x{k}x{n}{(precision == Precision.Single ? "" : "-tf32")}", Time(() => device.Run(new Gemm(a, b, c))), result: c, flops: 2.0 * m * k * n);
        device.Precision = Precision.Single;
    }

    private void Dropout()
    {
        using Tensor x = Filled(GraphRecipe.Arxiv.Nodes, 64), y = new(device, x.Shape);
        Report("dropout-relu-arxiv-64", Time(() =>
        {
            device.Run(new Map<Relu>(x, y));
            device.Run(new Dropout(y, y, 0.5f, new RandomKey(1, 2, 3)));
        }), bytes: 16.0 * x.Count);
    }

    private int Steps()
    {
        foreach (var recipe in StepRecipe.All.Where(r => Wanted(r.Graph)))
        {
            using var step = new TrainingStep(recipe, SyntheticGraph.Generate(recipe.Graph), recipe.Graph.NodeFeatures(), device);
            var gradients = step.Gradients();
            if (folder is not null) Save($"step-{recipe.Graph.Name}-{recipe.Model}", gradients.SelectMany(g => g).ToArray());
            step.Run();
            device.Pool.ResetPeak();
            var launches = (device as GpuDevice)?.Launches ?? 0;
            step.Run();
            launches = ((device as GpuDevice)?.Launches ?? 0) - launches;
            var ms = Time(step.Run);
            to.WriteLine(Line($"{{\"side\": \"ours\", \"workload\": \"step-{recipe.Graph.Name}-{recipe.Model}\", \"ms\": {ms:g5}, \"launches\": {launches}, \"peakMB\": {device.Pool.PeakBytes / 1e6:g4}, \"device\": \"{device.Name}\"}}"));
        }
        return 0;
    }

    private static int Export(string folder)
    {
        foreach (var recipe in GraphRecipe.All)
        {
            var graph = SyntheticGraph.Generate(recipe);
            File.WriteAllBytes(Path.Combine(folder, $"{recipe.Name}.start.i32"), MemoryMarshal.AsBytes<int>(graph.RowStart).ToArray());
            File.WriteAllBytes(Path.Combine(folder, $"{recipe.Name}.column.i32"), MemoryMarshal.AsBytes<int>(graph.Column).ToArray());
            File.WriteAllBytes(Path.Combine(folder, $"{recipe.Name}.label.i32"), MemoryMarshal.AsBytes<int>(recipe.Labels()).ToArray());
            foreach (var width in Widths(recipe))
                File.WriteAllBytes(Path.Combine(folder, $"{recipe.Name}.dense{width}.f32"), MemoryMarshal.AsBytes<float>(recipe.Dense(width)).ToArray());
            File.WriteAllBytes(Path.Combine(folder, $"{recipe.Name}.x.f32"), MemoryMarshal.AsBytes<float>(recipe.NodeFeatures()).ToArray());
        }
        foreach (var recipe in StepRecipe.All)
            foreach (var (name, values) in recipe.Weights)
                File.WriteAllBytes(Path.Combine(folder, $"{recipe.Graph.Name}.{recipe.Model}.{name}.f32"), MemoryMarshal.AsBytes<float>(values).ToArray());
        File.WriteAllBytes(Path.Combine(folder, "uniform.f32"), MemoryMarshal.AsBytes<float>(Uniform(Products.Max(p => Math.Max(p.M * p.K, p.K * p.N)))).ToArray());
        return 0;
    }

    // Every operand begins with the same numbers, so that a peer needs one file of them.
    private Tensor Filled(int rows, int columns) => Tensor.From(device, new Shape(rows, columns), Uniform(rows * columns));

    private static float[] Uniform(int count)
    {
        var random = new XorShift64(0x9E3779B97F4A7C15);
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = random.NextSignedSingle();
        return values;
    }

    private double Time(Action run)
    {
        for (var i = 0; i < 3; i++) run();
        device.Synchronize();
        var start = Stopwatch.GetTimestamp();
        run();
        device.Synchronize();
        var repeats = 1 + (int)(SampleSeconds / Math.Max(1e-7, Stopwatch.GetElapsedTime(start).TotalSeconds));
        var samples = new double[Dry ? 3 : Samples];
        for (var sample = 0; sample < samples.Length; sample++)
        {
            start = Stopwatch.GetTimestamp();
            for (var i = 0; i < repeats; i++) run();
            device.Synchronize();
            samples[sample] = Stopwatch.GetElapsedTime(start).TotalMilliseconds / repeats;
        }
        Array.Sort(samples);
        return samples[samples.Length / 2];
    }

    private void Report(string workload, double ms, double bytes = 0, Tensor? result = null, double flops = 0)
    {
        if (folder is not null && result is not null) Save(workload, result.ToArray());
        var rate = flops > 0 ? Line($"\"gflops\": {flops / ms * 1e-6:g5}") : Line($"\"gbs\": {bytes / ms * 1e-6:g5}");
        to.WriteLine(Line($"{{\"side\": \"ours\", \"workload\": \"{workload}\", \"ms\": {ms:g5}, {rate}, \"device\": \"{device.Name}\"}}"));
    }

    private void Save(string name, float[] values) => File.WriteAllBytes(Path.Combine(folder!, $"{name}.ours.f32"), MemoryMarshal.AsBytes<float>(values).ToArray());

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
