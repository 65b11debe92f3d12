using System.Text.Json;

namespace GraphTune.Benchmarks.Peers;

/// <summary>The ratios that stand, in a file: for each kind of processor, for each workload, for each number of threads, the peer's time over ours.</summary>
/// <remarks>Caches and vectors move the two sides apart by a factor of up to three: a ratio of one kind of processor says nothing on another.</remarks>
internal sealed class Ratios
{
    private const double Allowed = 0.15;   // the share of a ratio that may be lost before it counts as a regression
    private static readonly JsonSerializerOptions Text = new() { WriteIndented = true };

    private readonly string path;
    private readonly SortedDictionary<string, SortedDictionary<string, SortedDictionary<int, double>>> all;
    private readonly SortedDictionary<string, SortedDictionary<int, double>> kept;

    public Ratios(string path, string processor)
    {
        this.path = path;
        all = File.Exists(path) ? JsonSerializer.Deserialize<SortedDictionary<string, SortedDictionary<string, SortedDictionary<int, double>>>>(File.ReadAllText(path))! : [];
        if (!all.TryGetValue(processor, out kept!)) all[processor] = kept = [];
    }

    /// <summary>The least that a ratio may be, since what is missing of the one that stands is more than noise explains; null where none stands for the workload and its threads.</summary>
    public double? Least(string workload, int threads) =>
        kept.TryGetValue(workload, out var byThreads) && byThreads.TryGetValue(threads, out var ratio) ? (1 - Allowed) * ratio : null;

    /// <summary>Keeps a ratio.</summary>
    public void Store(Outcome outcome)
    {
        if (!kept.TryGetValue(outcome.Workload, out var byThreads)) kept[outcome.Workload] = byThreads = [];
        byThreads[outcome.Threads] = outcome.Ratio;
        File.WriteAllText(path, JsonSerializer.Serialize(all, Text) + "\n");
    }
}
