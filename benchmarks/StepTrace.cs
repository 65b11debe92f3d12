using System.Diagnostics;
using GraphTune.Engine;

namespace GraphTune.Benchmarks;

/// <summary>Where the time of a training step goes: <c>trace arxiv gcn 2</c> for two threads, <c>trace cora gat opencl:0</c> for a device, <c>trace tox21 gcn</c> for molecules.</summary>
internal static class StepTrace
{
    private const double Seconds = 3;

    /// <returns>Whether there is such a graph, model and device; if not, one line says so.</returns>
    public static bool Print(string graph, string model, string threadsOrDevice, TextWriter to)
    {
        try
        {
            Run(graph, model, threadsOrDevice, to);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or DeviceException or FileNotFoundException)
        {
            Console.Error.WriteLine(e.Message);
            return false;
        }
    }

    private static void Run(string graph, string model, string threadsOrDevice, TextWriter to)
    {
        using Device device = int.TryParse(threadsOrDevice, out var threads) ? new CpuDevice(threads) : Devices.ByName(threadsOrDevice);
        if (graph == "tox21")
        {
            using var molecules = new MoleculeStep(Molecules.Tox21, device);
            Print($"{graph} {model} on {threadsOrDevice}", molecules.Run, device, to);
            return;
        }
        var recipe = StepRecipe.Named(graph, model);
        using var step = new TrainingStep(recipe, SyntheticGraph.Generate(recipe.Graph), recipe.Graph.NodeFeatures(), device);
        Print($"{graph} {model} on {threadsOrDevice}", step.Run, device, to);
    }

    private static void Print(string title, Action step, Device device, TextWriter to)
    {
        _ = Time(step, device);   // until the code is compiled for good
        device.Pool.ResetPeak();
        var (plain, steps) = Time(step, device);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        step();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        device.Trace = new GraphTune.Engine.Trace();
        var (traced, count) = Time(step, device);
        to.WriteLine($"{title}: {plain:F3} ms a step over {steps} steps, {traced:F3} traced; peak {device.Pool.PeakBytes / 1e6:F1} MB, {allocated} managed bytes a step");
        foreach (var line in device.Trace.Lines) to.WriteLine($"{line.Milliseconds / count,10:F3} ms {line.Calls / (double)count,6:F1} × {line.Kernel}");
    }

    private static (double Milliseconds, int Steps) Time(Action step, Device device)
    {
        var clock = Stopwatch.StartNew();
        var steps = 0;
        for (; clock.Elapsed.TotalSeconds < Seconds; steps++)
        {
            step();
            device.Synchronize();
        }
        return (clock.Elapsed.TotalMilliseconds / steps, steps);
    }
}
