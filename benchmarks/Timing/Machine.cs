using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace GraphTune.Benchmarks;

/// <summary>What the machine does beside us, and what memory the process holds. Knows Linux only; elsewhere everything counts as quiet.</summary>
internal static partial class Machine
{
    private const double TicksPerSecond = 100;   // of /proc/stat, on every Linux of today
    private const int ThreadClock = 3;           // CLOCK_THREAD_CPUTIME_ID in <time.h>
    private const double QuietShare = 0.15;      // of one processor, used by others

    /// <summary>Seconds since some moment.</summary>
    public static double Now => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    /// <summary>Processor seconds of the calling thread: about the time that the work would take on an idle machine.</summary>
    public static double CallerSeconds
    {
        get
        {
            if (!OperatingSystem.IsLinux()) return Now;
            _ = GetTime(ThreadClock, out var time);
            return time.Seconds + 1e-9 * time.Nanoseconds;
        }
    }

    /// <summary>Processor seconds that other processes and the hypervisor have used up to now.</summary>
    public static double OthersSeconds
    {
        get
        {
            if (!OperatingSystem.IsLinux()) return 0;
            var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            double Field(int i) => double.Parse(fields[i], CultureInfo.InvariantCulture) / TicksPerSecond;
            return Field(1) + Field(2) + Field(3) + Field(6) + Field(7) + Field(8) - Environment.CpuUsage.TotalTime.TotalSeconds;
        }
    }

    /// <summary>Bytes of the last cache: what the system says, or 32 MB where it does not.</summary>
    public static long LastCacheBytes
    {
        get
        {
            const string Size = "/sys/devices/system/cpu/cpu0/cache/index3/size";
            return File.Exists(Size) && long.TryParse(File.ReadAllText(Size).Trim().TrimEnd('K'), out var kibibytes) ? kibibytes << 10 : 32 << 20;
        }
    }

    /// <summary>The kind of processor: maker and family where the system says.</summary>
    public static string Processor
    {
        get
        {
            const string File = "/proc/cpuinfo";
            var lines = System.IO.File.Exists(File) ? System.IO.File.ReadAllLines(File) : [];
            string? Field(string name) => lines.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?.Split(':')[^1].Trim();
            return Field("vendor_id") is { } maker && Field("cpu family") is { } family ? $"{maker} family {family}" : $"{RuntimeInformation.ProcessArchitecture}";
        }
    }

    /// <summary>Resident memory now, in MB of 10⁶ bytes.</summary>
    public static double ResidentMB => Status("VmRSS:");

    /// <summary>The most resident memory since <see cref="ForgetPeak"/>, in MB.</summary>
    public static double PeakMB => Status("VmHWM:");

    /// <summary>Starts a new measurement of <see cref="PeakMB"/>.</summary>
    public static void ForgetPeak()
    {
        if (OperatingSystem.IsLinux()) File.WriteAllText("/proc/self/clear_refs", "5");
    }

    /// <summary>Sleeps until others leave the machine alone for a tenth of a second, but not past <paramref name="deadline"/>.</summary>
    public static void AwaitQuiet(double deadline)
    {
        while (Now < deadline)
        {
            double start = Now, others = OthersSeconds;
            Thread.Sleep(100);
            if (OthersSeconds - others <= QuietShare * (Now - start)) return;
        }
    }

    private static double Status(string field) => !OperatingSystem.IsLinux() ? 0
        : 1.024e-3 * double.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith(field, StringComparison.Ordinal))[field.Length..^2], CultureInfo.InvariantCulture);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds, Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);
}
