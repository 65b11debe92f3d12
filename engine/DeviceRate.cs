using System.Diagnostics;

namespace GraphTune.Engine;

/// <summary>A piece of work, such as one training step, by what bounds it: the bytes that it moves and the kernels that it starts.</summary>
/// <param name="Bytes">Bytes read and written; for a message-passing layer about 4·(edges + 3·nodes)·width each way.</param>
/// <param name="Launches">Kernels; about twelve a layer for a training step.</param>
public readonly record struct WorkSize(double Bytes, int Launches);

/// <summary>What a device gives, as far as a choice between devices needs it.</summary>
/// <param name="LaunchSeconds">From one small kernel to the next.</param>
/// <param name="BytesPerSecond">While rows of 64 floats are gathered at random from 64 MB: graphs are bound by that, not by arithmetic.</param>
public readonly record struct DeviceRate(double LaunchSeconds, double BytesPerSecond)
{
    private const int SmallRows = 16, SmallRuns = 64, LargeRows = 1 << 18, LargeRuns = 3, Width = 64;

    /// <summary>How long a piece of work would take, in seconds.</summary>
    public double Seconds(WorkSize work) => work.Launches * LaunchSeconds + work.Bytes / BytesPerSecond;

    /// <summary>Measures a device in a few tenths of a second.</summary>
    public static DeviceRate Measure(Device device)
    {
        var launch = Time(device, SmallRows, SmallRuns) / SmallRuns;
        var large = Enumerable.Range(0, LargeRuns).Min(_ => Time(device, LargeRows, 1)) - launch;
        return new(launch, 8.0 * LargeRows * Width / Math.Max(large, 1e-9));
    }

    private static double Time(Device device, int rows, int runs)
    {
        var random = new Rng(1);
        using Tensor x = new(device, new Shape(rows, Width)), y = new(device, new Shape(rows, Width));
        x.Write(new float[x.Count]);
        using var index = Indices.From(device, [.. Enumerable.Range(0, rows).Select(_ => random.Next(rows))]);
        var probe = new Probe(x, index, y);
        device.Run(probe);   // the first run compiles
        device.Synchronize();
        var start = Stopwatch.GetTimestamp();
        for (var run = 0; run < runs; run++) device.Run(probe);
        device.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
