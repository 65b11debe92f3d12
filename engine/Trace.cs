using System.Diagnostics;
using System.Globalization;

namespace GraphTune.Engine;

/// <summary>Counts and times every kernel of a device: set <see cref="Device.Trace"/>, run, print. For one thread.</summary>
/// <remarks>
/// A kernel that runs others is charged for its own work only. On an accelerator each kernel is waited for, so that its time is its own;
/// a traced step is therefore slower than a plain one. Without a trace a kernel costs one comparison.
/// </remarks>
public sealed class Trace
{
    private readonly Dictionary<string, TraceLine> lines = [];
    private readonly Stack<long> inner = [];

    /// <summary>One line for each kind of kernel, the most expensive first.</summary>
    public IReadOnlyList<TraceLine> Lines => [.. lines.Values.OrderByDescending(line => line.Milliseconds)];

    /// <summary>Forgets what was seen.</summary>
    public void Clear() => lines.Clear();

    internal long Enter()
    {
        inner.Push(0);
        return Stopwatch.GetTimestamp();
    }

    internal void Drop() => inner.Pop();

    internal void Leave<TKernel>(Device device, long start)
    {
        device.Synchronize();
        var whole = Stopwatch.GetTimestamp() - start;
        var own = whole - inner.Pop();
        if (inner.TryPop(out var around)) inner.Push(around + whole);
        var name = Name(typeof(TKernel));
        var before = lines.GetValueOrDefault(name, new(name, 0, 0));
        lines[name] = before with { Calls = before.Calls + 1, Milliseconds = before.Milliseconds + 1e3 * own / Stopwatch.Frequency };
    }

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;

    /// <summary>A table: milliseconds, calls, kernel.</summary>
    public override string ToString() => string.Join('\n', Lines.Append(new("all", Lines.Sum(l => l.Calls), Lines.Sum(l => l.Milliseconds)))
        .Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Milliseconds,10:F3} ms {l.Calls,6} × {l.Kernel}")));
}

/// <summary>What one kind of kernel has cost.</summary>
/// <param name="Kernel">Its name.</param>
/// <param name="Calls">How often it ran.</param>
/// <param name="Milliseconds">The time of all runs together, without kernels that it ran itself.</param>
public readonly record struct TraceLine(string Kernel, int Calls, double Milliseconds);
