using System.CommandLine;
using System.Globalization;
using GraphTune.Cli.Rendering;
using GraphTune.Engine;
using GraphTune.Gnn.FineTune;

namespace GraphTune.Cli.Commands;

/// <summary><c>graphtune report</c>: what is an encoder worth on a data set, in points and in labels?</summary>
internal sealed class ReportCommand : ToolCommand
{
    private const string All = "all";
    private readonly WorkbenchOptions options = new();
    private readonly Option<string> strategies, budgets, output;
    private readonly Option<string?> cache;
    private readonly Option<int> seeds;
    private readonly Option<int?> epochs;

    public ReportCommand() : base("report", "Compare an encoder with training from scratch and with simple baselines, over seeds and numbers of labels; a page, JSON and a model card.")
    {
        options.AddTo(this, withLabels: false);
        strategies = Add(Flags.Text("--strategies", $"Strategies to compare besides the recipe, with commas between: {string.Join(", ", Strategies.Names)}.", "WORDS", ""));
        strategies.Validators.Add(result =>
        {
            foreach (var name in Parts(result.GetValueOrDefault<string>() ?? ""))
                if (!Strategies.Names.Contains(name)) result.AddError($"--strategies holds '{name}'; there are {string.Join(", ", Strategies.Names)}.");
        });
        budgets = Add(Flags.Text("--budgets", "Numbers of training labels in all, with commas between; a larger one holds a smaller one's labels. Those that the data cannot have are left out.", "NUMBERS", "10,30,100,300,all"));
        budgets.Validators.Add(result =>
        {
            foreach (var part in Parts(result.GetValueOrDefault<string>() ?? ""))
                if (Budget(part) is 0) result.AddError($"--budgets holds '{part}'; whole numbers from 1 and '{All}' are wanted, with commas between.");
        });
        seeds = Add(Flags.Whole("--seeds", "Runs of each method and budget, in pairs.", 1, 1000, 5));
        epochs = Add(Flags.OptionalWhole("--epochs", "Epochs of every training.", 1, 1_000_000));
        output = Add(Flags.Text("--out", $"The folder where {string.Join(", ", ReportResult.FileNames)} go; made where it is not there.", "FOLDER", "report"));
        cache = Add(Flags.OptionalText("--cache", "The folder where runs are kept, so that only new ones are made; without it, one in the user's cache.", "FOLDER"));
        options.AddModelTo(this);
    }

    public override int Run(Session session)
    {
        var folder = session.Value(output);
        if (folder.Length == 0 || File.Exists(folder)) throw new UsageException($"--out is a folder to write to, not '{folder}', which is a file");
        using var device = session.OpenDevice();
        using var bench = options.Open(session, device, (data, splits, classes) =>
        {
            if (splits.Count > 0) Possible(session, data, splits.Min(split => split.Train.Length), Bench.StrataIn(splits, classes));   // before an encoder is trained
        });
        var kept = new RunCache(session.Value(cache));
        var methods = bench.Loops.Methods(Parts(session.Value(strategies)), session.Value(epochs));
        var counts = Possible(session, bench.Bench.Data, bench.Bench.Labels, bench.Bench.Strata);
        if (Asked(session, bench.Bench.Labels).Except(counts).ToArray() is { Length: > 0 } left) session.Say($"Budgets left out: {string.Join(", ", left)}; a split has {bench.Bench.Labels} training labels in {bench.Bench.Strata} classes.");

        var result = Compare(session, bench, methods, counts, kept, device);

        if (result.Methods.All(m => m.Cells.All(c => c.Runs.Count == 0))) throw new StoppedException("no run was complete; nothing was saved");
        result = result with { Methods = [.. result.Methods.Zip(methods, (r, m) => m is Method trained ? r with { About = Strategies.Describe(trained.TunerFor(counts.Max())) } : r)] };
        result.Write(folder);
        ReportTable.Write(session.Screen, result);
        foreach (var warning in result.Warnings) session.Print($"Warning: {warning}");
        session.Print(ReportSummary.Lead(result));
        session.Say(ReportSummary.Method(result));
        session.Print($"Report: {string.Join(", ", ReportResult.FileNames.Select(name => Path.Combine(folder, name)))}. {Words.Duration(result.Seconds)}; {Words.Count(result.CachedRuns, "run")} came from the cache.");
        session.AnswerJson(result.ToJson());
        return result.Cancelled ? throw new StoppedException($"{folder} has the runs that were complete, and {kept.Folder} keeps them") : ExitCode.Done;
    }

    private ReportResult Compare(Session session, Workbench bench, IReadOnlyList<IMethod> methods, IReadOnlyList<int> counts, RunCache kept, Device device)
    {
        ReportResult? result = null;
        TrainingView.Follow(session, session.Value(seeds) * counts.Count * methods.Count, view => result = new Report
        {
            Methods = methods,
            Budgets = [.. counts.Select(b => (int?)b)],
            Seeds = session.Value(seeds),
            FirstSeed = options.Seed(session),
            Cache = kept,
            Facts = [.. bench.Facts(), ("device", device.Name)],
            Decisions = bench.Loops.Decisions(counts),
            Command = session.CommandLine,
            Progress = p => view.Epoch($"{Finding.Label(p.Method)}, seed {p.Seed}", p.Epoch),
            RunEnded = (method, run, cached) => view.RunEnded(cached ? $"{Finding.Label(method)}, seed {run.Seed}: from the cache" : run.Epochs.Count == 0 ? $"{Finding.Label(method)}, seed {run.Seed}: {run.Choice}" : null),
            Cancel = session.Cancel,
        }.Run(bench.Bench), bench.Bench.Metric);
        return result!;
    }

    private int[] Asked(Session session, int labels) => [.. Parts(session.Value(budgets)).Select(part => Budget(part) ?? labels).Distinct().Order()];

    private int[] Possible(Session session, string data, int labels, int classes)
    {
        int[] possible = [.. Asked(session, labels).Where(b => b >= classes && b <= labels)];
        return possible.Length > 0 ? possible : throw new UsageException($"--budgets {session.Value(budgets)}: {data} has {labels} training labels in {classes} classes; take numbers from {classes} to {labels}, or all");
    }

    private static string[] Parts(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // Null for all, 0 for what is no budget.
    private static int? Budget(string part) => part == All ? null : int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var labels) ? labels : 0;
}
