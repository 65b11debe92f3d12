using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Statistics;

namespace GraphTune.Gnn.Reporting;

/// <summary>One method with one number of labels.</summary>
/// <param name="Labels">Training labels.</param>
/// <param name="Runs">One a seed; those whose score is undefined or that diverged are left out.</param>
/// <param name="Score">The mean test score with its 95 % interval.</param>
/// <param name="Gain">The difference from scratch, seed by seed; null for the baseline, for the majority class, and where there is no pair.</param>
/// <param name="Equivalence">With how many labels training from scratch reaches it; null where there is one budget only, and for the baselines.</param>
public sealed record ReportCell(int Labels, IReadOnlyList<RunResult> Runs, Interval Score, ReportGain? Gain, LabelEquivalence? Equivalence)
{
    /// <summary>Mean wall-clock time of a run.</summary>
    public double Seconds => Runs.Select(r => r.Seconds).DefaultIfEmpty(0).Average();

    /// <summary>The most device memory that a run had in use.</summary>
    public long PeakBytes => Runs.Select(r => r.PeakBytes).DefaultIfEmpty(0).Max();
}

/// <summary>How a method's scores differ from those from scratch.</summary>
/// <param name="Mean">The mean of score − score from scratch with its 95 % interval.</param>
/// <param name="P">The p of Student's paired t.</param>
/// <param name="HolmP">The same, corrected for all comparisons of the report.</param>
/// <param name="Verdict"><c>better</c>, <c>worse</c> or <c>no detectable difference</c>.</param>
public sealed record ReportGain(Interval Mean, double P, double HolmP, string Verdict);

/// <summary>All that a report has to say of one method.</summary>
/// <param name="Name">Its short name.</param>
/// <param name="About">What it did, in a line; empty where the name says all.</param>
/// <param name="Pretrained">Whether it used the pre-trained encoder.</param>
/// <param name="Cells">One for each number of labels, ascending.</param>
public sealed record ReportMethod(string Name, string About, bool Pretrained, IReadOnlyList<ReportCell> Cells);

/// <summary>What a <see cref="Report"/> found.</summary>
public sealed partial record ReportResult
{
    /// <summary>The data set's name.</summary>
    public required string Data { get; init; }

    /// <summary>What was learnt: <c>node-classification</c>, <c>graph-classification</c> or <c>graph-regression</c>.</summary>
    public required string Task { get; init; }

    /// <summary>What a score is.</summary>
    public required string Metric { get; init; }

    /// <summary>Whether a larger score is a better one.</summary>
    public required bool HigherIsBetter { get; init; }

    /// <summary>SHA-256 of the data.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>SHA-256 of the encoder's weights.</summary>
    public required string EncoderSha256 { get; init; }

    /// <summary>Numbers of training labels, ascending.</summary>
    public required IReadOnlyList<int> Budgets { get; init; }

    /// <summary>Number of seeds asked for.</summary>
    public required int Seeds { get; init; }

    /// <summary>The methods.</summary>
    public required IReadOnlyList<ReportMethod> Methods { get; init; }

    /// <summary>Comparisons with scratch that the correction counts.</summary>
    public required int Comparisons { get; init; }

    /// <summary>How intervals were made: <c>t</c> (under ten seeds) or <c>bootstrap</c>.</summary>
    public required string Intervals { get; init; }

    /// <summary>What a reader must know before the figures.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The data, the encoder, the machine.</summary>
    public IReadOnlyList<(string Name, string Text)> Facts { get; init; } = [];

    /// <summary>What was decided for the chosen method.</summary>
    public IReadOnlyList<ReportDecision> Decisions { get; init; } = [];

    /// <summary>What to type to get the same report.</summary>
    public string Command { get; init; } = "";

    /// <summary>Wall-clock time of the report, without runs from the cache.</summary>
    public double Seconds { get; init; }

    /// <summary>Runs that came from the cache.</summary>
    public int CachedRuns { get; init; }

    /// <summary>Whether it was told to stop; it then holds the runs that had ended.</summary>
    public bool Cancelled { get; init; }

    /// <summary>The most device memory in use at one time.</summary>
    public long PeakBytes => Methods.SelectMany(m => m.Cells).Select(c => c.PeakBytes).DefaultIfEmpty(0).Max();

    /// <summary>The method that the first sentence is about: the recipe, or else the last.</summary>
    public ReportMethod Chosen => Methods.FirstOrDefault(m => m.Name == Report.Chosen) ?? Methods[^1];
}
