using System.Diagnostics;
using System.Globalization;

namespace GraphTune.Benchmarks.Peers;

/// <summary>How much resident memory one side of a workload adds at its peak, in a process of its own: nothing is left over from others there.</summary>
internal static class PeakMemory
{
    private const int Runs = 2;   // the second has everything that the first left behind

    /// <summary>Of our side, or of the peer's in one of its forms, MB of 10⁶ bytes; operands and results included.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="form">Which form of the peer, from 0; −1 for our side.</param>
    /// <param name="threads">Threads.</param>
    public static double Of(Workload workload, int form, int threads)
    {
        var host = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [typeof(PeakMemory).Assembly.Location] : [];
        var start = new ProcessStartInfo(host, [.. program, "peak", workload.Name, $"{form}", $"{threads}"]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var text = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 ? double.Parse(text, CultureInfo.InvariantCulture) : throw new InvalidDataException($"{workload.Name}: measuring memory ended with code {child.ExitCode}");
    }

    /// <summary>What the other process does.</summary>
    public static void Print(Workload workload, int form, int threads)
    {
        if (form >= 0) TorchLibrary.Prepare(threads);
        workload.Prepare();
        var before = Machine.ResidentMB;
        Machine.ForgetPeak();
        using var side = form < 0 ? workload.Ours(threads) : workload.Peers[form]();
        for (var i = 0; i < Runs; i++) side.Run();
        Console.WriteLine(Math.Max(0, Machine.PeakMB - before).ToString("F1", CultureInfo.InvariantCulture));
    }
}
