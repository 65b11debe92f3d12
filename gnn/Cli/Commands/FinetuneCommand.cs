using System.CommandLine;
using System.Diagnostics;
using GraphTune.Cli.Rendering;
using GraphTune.Cli.Rendering.Html;
using GraphTune.Gnn.FineTune;

namespace GraphTune.Cli.Commands;

/// <summary><c>graphtune finetune</c>: is pre-training worth it here, and by which strategy?</summary>
internal sealed class FinetuneCommand : ToolCommand
{
    private readonly WorkbenchOptions options = new();
    private readonly Option<string?> save;
    private readonly Option<string> strategy, report;
    private readonly Option<int> seeds;
    private readonly Option<int?> epochs;
    private readonly Option<string[]> settings;

    public FinetuneCommand() : base("finetune", "Compare training from scratch, a linear probe, full fine-tuning and a strategy, over seeds.")
    {
        options.AddTo(this, withLabels: true);
        strategy = Add(Flags.Word("--strategy", "The strategy to compare", Strategies.Names[0], Strategies.Names));
        seeds = Add(Flags.Whole("--seeds", "Runs of each method, in pairs.", 1, 1000, 5));
        epochs = Add(Flags.OptionalWhole("--epochs", "Epochs of fine-tuning.", 1, 1_000_000));
        report = Add(Flags.Text("--report", "Where the report goes, one HTML file.", "FILE", "report.html"));
        save = Add(Flags.OptionalText("--out", "Where the best model of the strategy goes, a safetensors file.", "FILE"));
        settings = Add(new Option<string[]>("--set") { Description = $"A choice that the recipe is to take as given, such as rate.encoder=1e-4; may be given often: {string.Join(", ", RecipeOverrides.Names)}.", HelpName = "NAME=VALUE" });
        options.AddModelTo(this);
    }

    public override int Run(Session session)
    {
        var clock = Stopwatch.StartNew();
        var (page, weights) = (Output.At("--report", session.Value(report))!, Output.At("--out", session.Value(save)));
        var given = Given(session);
        using var device = session.OpenDevice();
        using var bench = options.Open(session, device);
        using var best = new BestModel(Report.Chosen, () => bench.Bench.Model(seed: 0, pretrained: false), bench.Bench.HigherIsBetter);
        var labels = bench.Bench.SplitOf(0).Train.Length;
        var recipe = given is null ? null : bench.Loops.Recipe(labels, given);
        if (recipe is not null && !session.Quiet) RecipeTable.Write(session.Screen, recipe);
        var methods = bench.Loops.Methods(recipe?.Tuner ?? bench.Loops.Named(session.Value(strategy), labels, session.Value(epochs)), labels, session.Value(epochs));

        var result = Compare(session, bench.Bench, methods, best);

        if (weights is not null && best.About is not null) best.Save(weights, bench.Bench.Data);
        if (weights is not null && recipe is not null) weights.Beside(".recipe.json").Write(recipe.ToJson());
        if (result.Cancelled)
            throw new StoppedException(weights is not null && best.About is not null ? $"{weights} has the best weights so far: {best.About}" : "nothing was saved");
        result = result with
        {
            Methods = [.. result.Methods.Zip(methods, (r, m) => r with { About = Strategies.Describe(m.Tuner) })],
            Seconds = clock.Elapsed.TotalSeconds,
            PeakBytes = Math.Max(result.PeakBytes, bench.Start.PeakBytes),
        };
        var cost = $"{Words.Duration(result.Seconds)}, {Words.Bytes(result.PeakBytes)} of memory at most, on {device.Name}";
        var finding = new Finding(result, bench.Facts(cost), bench.Start.Curve);
        page.Write(HtmlReport.Of(finding));
        Present(session, finding);
        session.Print($"Report: {page}.{(weights is null ? "" : $" Model: {weights} ({best.About}).")}");
        session.AnswerJson(result.ToJson());
        return ExitCode.Done;
    }

    // What the recipe is not to choose; null where another strategy is asked for.
    private RecipeOverrides? Given(Session session)
    {
        if (session.Value(strategy) != Strategies.Recipe)
            return session.Value(settings).Length == 0 ? null : throw new UsageException($"--set changes the recipe, but --strategy is {session.Value(strategy)}");
        return RecipeOverrides.Parse([.. session.Value(settings), .. session.Value(epochs) is { } n ? [$"epochs={n}"] : Array.Empty<string>()]);
    }

    private static void Present(Session session, Finding finding)
    {
        ResultTable.Write(session.Screen, finding);
        foreach (var method in finding.Result.Methods) session.Say($"{Finding.Label(method.Name)}: {method.About}");
        session.Print(finding.Summary());
        session.Say($"{Words.Duration(finding.Result.Seconds)}, {Words.Bytes(finding.Result.PeakBytes)} of memory at most.");
    }

    private ComparisonResult Compare(Session session, Bench bench, IReadOnlyList<Method> methods, BestModel best)
    {
        ComparisonResult? result = null;
        TrainingView.Follow(session, session.Value(seeds) * methods.Count, view => result = new Comparison
        {
            Methods = methods,
            Seeds = session.Value(seeds),
            FirstSeed = options.Seed(session),
            Progress = p => view.Epoch($"{Finding.Label(p.Method)}, seed {p.Seed}", p.Epoch),
            Trained = (method, run, trained) =>
            {
                best.Offer(method, run, trained);
                view.RunEnded();
            },
            Cancel = session.Cancel,
        }.Run(bench), bench.Metric);
        return result!;
    }
}
