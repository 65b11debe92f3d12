using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Kernels;

namespace GraphTune.Gnn.Reporting;

/// <summary>Runs that were made before, by content: one JSON line a run, one file a data set.</summary>
/// <remarks>
/// A run is found again where the data, the model's options, the encoder's weights (if the method reads them), the method with its strategy,
/// loop and loss, the seed, the number of labels, the metric, the device and the build of this library are all the same, bit for bit.
/// A line that cannot be read is left out with a warning. Lines are appended whole, as soon as a run has ended.
/// </remarks>
/// <param name="folder">Where the files are; made where it is not there. Null for <c>runs</c> in the usual folder of <see cref="DataCache"/>.</param>
public sealed class RunCache(string? folder = null)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    // A build has one id for each assembly, which changes with any of its code.
    private static readonly string Build = string.Join(' ', new[] { typeof(Tensor), typeof(Fill), typeof(Tape), typeof(RunCache) }.Select(t => t.Assembly.ManifestModule.ModuleVersionId.ToString("N")));

    private readonly Dictionary<string, Dictionary<string, RunResult>> files = [];
    private readonly List<string> warnings = [];

    /// <summary>The folder.</summary>
    public string Folder { get; } = folder ?? Path.Combine(new DataCache().Folder, "runs");

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>The key of a run; null where a method cannot tell all that it depends on.</summary>
    internal static string? Key(Bench bench, IMethod method, int labels, ulong seed) => method.Identity(labels) is not { } identity ? null : DataSha256Of.Text(string.Join('\n',
        Build, bench.Device.Name, bench.DataSha256, bench.Setting, bench.Metric, method.Pretrained ? bench.EncoderSha256 : "", identity, $"{labels} labels", $"seed {seed}"));

    /// <summary>The run of a key, or null.</summary>
    internal RunResult? Find(Bench bench, string key) => File(bench).GetValueOrDefault(key);

    /// <summary>Keeps a run.</summary>
    internal void Add(Bench bench, string key, RunResult run)
    {
        File(bench)[key] = run;
        Directory.CreateDirectory(Folder);
        System.IO.File.AppendAllText(PathOf(bench), JsonSerializer.Serialize(Line.Of(key, run), Json) + "\n", Encoding.UTF8);
    }

    private string PathOf(Bench bench) => Path.Combine(Folder, $"{bench.DataSha256[..16]}.jsonl");

    private Dictionary<string, RunResult> File(Bench bench)
    {
        var path = PathOf(bench);
        if (files.TryGetValue(path, out var known)) return known;
        var runs = files[path] = [];
        if (!System.IO.File.Exists(path)) return runs;
        var number = 0;
        foreach (var text in System.IO.File.ReadLines(path))
        {
            number++;
            if (text.Length == 0) continue;
            if (Read(text) is { } line) runs[line.Key] = line.Run;
            else warnings.Add($"{path}, line {number}: no run can be read from it; it is ignored");
        }
        return runs;
    }

    private static Line? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(text, Json) is { Key: not null, WeightsSha256: not null, Choice: not null, Distances: not null, Reliability: not null } line ? line : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Line(string Key, ulong Seed, double Score, double Validation, int BestEpoch, string WeightsSha256, double Seconds, long PeakBytes, string Choice,
        IReadOnlyList<LayerDistance> Distances, IReadOnlyList<ReliabilityBin> Reliability)
    {
        public static Line Of(string key, RunResult run) =>
            new(key, run.Seed, run.Score, run.Validation, run.BestEpoch, run.WeightsSha256, run.Seconds, run.PeakBytes, run.Choice, run.Distances, run.Reliability);

        [JsonIgnore]
        public RunResult Run => new(Seed, Score, Validation, BestEpoch, WeightsSha256) { Seconds = Seconds, PeakBytes = PeakBytes, Choice = Choice, Distances = Distances, Reliability = Reliability };
    }
}
