using System.Diagnostics;
using GraphTune.Gnn.FineTune;

namespace GraphTune.Gnn.Reporting;

/// <summary>What is an encoder worth on a data set? All methods, over seeds and label budgets, in pairs, with nothing that flatters.</summary>
/// <remarks>
/// A seed names split, labels, initial weights and training for all methods alike. Everything is chosen on the validation rows and each run
/// reads its test score once. "better" and "worse" are said only where the 95 % interval of the paired differences leaves out zero and the
/// p of Student's paired t, corrected by Holm for all comparisons of the report, is at most 0.05.
/// </remarks>
public sealed record Report
{
    /// <summary>The method that all others are compared with.</summary>
    public const string Baseline = "scratch";

    /// <summary>The method whose comparison is the report's first sentence.</summary>
    public const string Chosen = "recipe";

    /// <summary>What is compared, in the order of the tables; one of them is called <see cref="Baseline"/>.</summary>
    public required IReadOnlyList<IMethod> Methods { get; init; }

    /// <summary>Numbers of training labels, in any order; null for all that a split has.</summary>
    public IReadOnlyList<int?> Budgets { get; init; } = [null];

    /// <summary>Number of seeds.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>The first seed; the others follow it.</summary>
    public ulong FirstSeed { get; init; }

    /// <summary>Where runs are kept, so that only new ones are run; null to keep none.</summary>
    public RunCache? Cache { get; init; }

    /// <summary>Pairs of a name and a text that the pages show: the data, the encoder, the machine.</summary>
    public IReadOnlyList<(string Name, string Text)> Facts { get; init; } = [];

    /// <summary>What was decided for the chosen method, and why.</summary>
    public IReadOnlyList<ReportDecision> Decisions { get; init; } = [];

    /// <summary>What to type to get the same report.</summary>
    public string Command { get; init; } = "";

    /// <summary>Called after every epoch, on the training thread.</summary>
    public Action<ComparisonProgress>? Progress { get; init; }

    /// <summary>Called after every run: its method, the run, and whether it came from the cache.</summary>
    public Action<string, RunResult, bool>? RunEnded { get; init; }

    /// <summary>Ends after the step in progress; runs that were complete are kept and reported.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>Runs what the cache does not hold, and judges.</summary>
    /// <param name="bench">The data and the encoder.</param>
    /// <exception cref="ArgumentException">Two methods have one name, or none is the baseline.</exception>
    /// <exception cref="InvalidDataException">A budget is larger than a split, or smaller than the number of classes.</exception>
    public ReportResult Run(Bench bench)
    {
        if (Methods.Select(m => m.Name).Distinct().Count() != Methods.Count) throw new ArgumentException("Two methods have one name; give each its own.");
        if (Methods.All(m => m.Name != Baseline)) throw new ArgumentException($"One method must be called {Baseline}; all others are compared with it.");
        var clock = Stopwatch.StartNew();
        int[] budgets = [.. Budgets.Select(b => b ?? bench.Labels).Distinct().Order()];
        if (budgets is [var least, ..] && budgets[^1] <= bench.Labels && least < bench.Strata) throw new InvalidDataException($"{bench.Data}: a budget of {least} labels leaves some of the {bench.Strata} classes without any; take at least {bench.Strata}");
        if (budgets[^1] > bench.Labels) throw new InvalidDataException($"{bench.Data}: a budget of {budgets[^1]} labels is more than the {bench.Labels} training labels of a split");
        var runs = new ReportRuns(this, bench, budgets);
        runs.All();
        return ReportJudge.Of(this, bench, budgets, runs) with { Seconds = clock.Elapsed.TotalSeconds };
    }
}

/// <summary>One decision about the chosen method.</summary>
/// <param name="What">What was decided, such as <c>strategy</c>.</param>
/// <param name="Choice">What was chosen.</param>
/// <param name="Reason">Why, with the source.</param>
/// <param name="Evidence"><c>strong</c>, <c>weak</c> or <c>none</c>.</param>
public sealed record ReportDecision(string What, string Choice, string Reason, string Evidence);
