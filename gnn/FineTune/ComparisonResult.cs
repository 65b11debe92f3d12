using System.Text.Json;
using System.Text.Json.Serialization;

namespace GraphTune.Gnn.FineTune;

/// <summary>One training run of one method.</summary>
/// <param name="Seed">Names its initial weights and all its randomness; runs of other methods with this seed are its pairs.</param>
/// <param name="Score">The test score, read once, with the weights of the best validation epoch.</param>
/// <param name="Validation">The validation score of that epoch.</param>
/// <param name="BestEpoch">That epoch, from 0.</param>
/// <param name="WeightsSha256">The fingerprint of those weights.</param>
public sealed record RunResult(ulong Seed, double Score, double Validation, int BestEpoch, string WeightsSha256)
{
    /// <summary>Every epoch of the run, for curves.</summary>
    [JsonIgnore]
    public IReadOnlyList<EpochReport> Epochs { get; init; } = [];

    /// <summary>What its outputs are to be read by; null for as they come.</summary>
    [JsonIgnore]
    public Metrics.Calibration? Calibration { get; init; }

    /// <summary>Wall-clock time of the run.</summary>
    [JsonIgnore]
    public double Seconds { get; init; }

    /// <summary>The most device memory in use at one time.</summary>
    [JsonIgnore]
    public long PeakBytes { get; init; }

    /// <summary>Whether it was told to stop before its end.</summary>
    [JsonIgnore]
    public bool Cancelled { get; init; }

    /// <summary>How far each layer moved, from the input up; none where no model was trained.</summary>
    [JsonIgnore]
    public IReadOnlyList<LayerDistance> Distances { get; init; } = [];

    /// <summary>Confidence against truth on the validation rows, where that was asked for.</summary>
    [JsonIgnore]
    public IReadOnlyList<ReliabilityBin> Reliability { get; init; } = [];

    /// <summary>What was chosen on the validation rows besides the epoch, such as <c>k = 10</c>; empty for nothing.</summary>
    [JsonIgnore]
    public string Choice { get; init; } = "";
}

/// <summary>All runs of one method.</summary>
/// <param name="Name"><c>scratch</c>, <c>linear-probe</c>, <c>full</c> or <c>recipe</c>.</param>
/// <param name="Mean">Mean test score.</param>
/// <param name="Ci95">Lower and upper end of the mean's 95 % interval (Student's t over seeds); nulls for a single seed.</param>
/// <param name="Runs">One a seed.</param>
public sealed record MethodResult(string Name, double Mean, double?[] Ci95, IReadOnlyList<RunResult> Runs)
{
    /// <summary>What it did, in a line: the strategy and the loop.</summary>
    [JsonIgnore]
    public string About { get; init; } = "";
}

/// <summary>How much one method is better than another, seed by seed.</summary>
/// <param name="Method">The one.</param>
/// <param name="Against">The other.</param>
/// <param name="Mean">Mean of score − other score over seeds.</param>
/// <param name="Low">Lower end of its 95 % interval; NaN for a single seed.</param>
/// <param name="High">Upper end; NaN for a single seed.</param>
public sealed record Difference(string Method, string Against, double Mean, [property: JsonIgnore] double Low, [property: JsonIgnore] double High)
{
    /// <summary>The interval's ends; nulls for a single seed, as JSON knows no NaN.</summary>
    public double?[] Ci95 => double.IsFinite(Low) ? [Low, High] : [null, null];

    /// <summary>Whether a larger score is a better one.</summary>
    [JsonIgnore]
    public bool HigherIsBetter { get; init; } = true;

    /// <summary>Whether the interval leaves out zero.</summary>
    [JsonIgnore]
    public bool Detected => Low > 0 || High < 0;

    /// <summary>The difference in words; "no detectable difference" where the interval spans zero.</summary>
    public string Verdict => !Detected ? "no detectable difference" : Mean > 0 == HigherIsBetter ? "better" : "worse";
}

/// <summary>Several methods on one task, over the same seeds and splits.</summary>
public sealed record ComparisonResult
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The data set's name.</summary>
    public required string Data { get; init; }

    /// <summary>What was learnt: <c>node-classification</c>, <c>graph-classification</c> or <c>graph-regression</c>.</summary>
    public required string Task { get; init; }

    /// <summary>What a score is: <c>accuracy</c>, or another metric's name; 0 to 1.</summary>
    public required string Metric { get; init; }

    /// <summary>Whether a larger score is a better one.</summary>
    [JsonIgnore]
    public bool HigherIsBetter { get; init; } = true;

    /// <summary>Each method's runs.</summary>
    public required IReadOnlyList<MethodResult> Methods { get; init; }

    /// <summary>Wall-clock time of all runs.</summary>
    public required double Seconds { get; init; }

    /// <summary>The most device memory in use at one time.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Every later method against every earlier one, in pairs by seed.</summary>
    public IReadOnlyList<Difference> Differences { get; init; } = [];

    /// <summary>Whether it was told to stop; it then holds the runs that had ended.</summary>
    [JsonIgnore]
    public bool Cancelled { get; init; }

    /// <summary>One JSON object on one line, whose keys are stable: data, task, metric, methods (name, mean, ci95, runs), seconds, peakBytes, differences (method, against, mean, ci95, verdict).</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
