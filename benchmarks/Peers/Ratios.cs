using System.Text.Json;

namespace GraphTune.Benchmarks.Peers;

/// <summary>The ratios that stand, in a file: for each workload, for each number of threads, the peer's time over ours.</summary>
internal sealed class Ratios(string path)
{
    private const double Allowed = 0.15;   // the share of a ratio that may be lost before it counts as a regression
    private static readonly JsonSerializerOptions Text = new() { WriteIndented = true };

    private readonly SortedDictionary<string, SortedDictionary<int, double>> kept =
        File.Exists(path) ? JsonSerializer.Deserialize<SortedDictionary<string, SortedDictionary<int, double>>>(File.ReadAllText(path))! : [];

    /// <summary>The least that a ratio may be, since what is missing of the one that stands is more than noise explains; null where none stands for the workload and its threads.</summary>
    public double? Least(string workload, int threads) =>
        kept.TryGetValue(workload, out var byThreads) && byThreads.TryGetValue(threads, out var ratio) ? (1 - Allowed) * ratio : null;

    /// <summary>Keeps a ratio.</summary>
    public void Store(Outcome outcome)
    {
        if (!kept.TryGetValue(outcome.Workload, out var byThreads)) kept[outcome.Workload] = byThreads = [];
        byThreads[outcome.Threads] = outcome.Ratio;
        File.WriteAllText(path, JsonSerializer.Serialize(kept, Text) + "\n");
    }
}
