using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace GraphTune.Tests;

/// <summary>NVIDIA's assembler of PTX, if this machine has it: the part of a driver that can judge a kernel without a GPU.</summary>
internal static partial class Ptxas
{
    /// <summary>Its path: on the PATH, in CUDA's usual place, or where <c>.ci/run</c> puts it; null where there is none.</summary>
    public static string? Found { get; } = Candidates().FirstOrDefault(File.Exists);

    /// <summary>Assembles one kernel.</summary>
    /// <param name="ptx">Its text.</param>
    /// <param name="target">Such as sm_90.</param>
    public static Report Assemble(string ptx, string target)
    {
        using var folder = new TempFolder();
        var file = folder.At("kernel.ptx");
        File.WriteAllText(file, ptx);
        using var process = Process.Start(new ProcessStartInfo(Found!, ["-v", "-O3", $"-arch={target}", file, "-o", file + ".cubin"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var text = process.StandardError.ReadToEnd() + process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode == 0, text, Count(Frame(), text), Count(Spill(), text));
    }

    private static IEnumerable<string> Candidates()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(p => Path.Combine(p, "ptxas")),
            "/usr/local/cuda/bin/ptxas", Path.Combine(cache, "graphtune/ptxas/cuda/usr/bin/ptxas")];
    }

    private static int Count(Regex number, string text) => number.Matches(text).Sum(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));

    /// <summary>What it said.</summary>
    /// <param name="Passed">Whether it took the text.</param>
    /// <param name="Text">Its own words.</param>
    /// <param name="Frame">Bytes of stack frame.</param>
    /// <param name="Spilled">Bytes of registers stored to and loaded from memory.</param>
    public sealed record Report(bool Passed, string Text, int Frame, int Spilled);

    [GeneratedRegex(@"(\d+) bytes stack frame")] private static partial Regex Frame();
    [GeneratedRegex(@"(\d+) bytes spill (?:stores|loads)")] private static partial Regex Spill();
}
