using System.CommandLine;
using System.Diagnostics;
using GraphTune.Cli.Rendering;
using GraphTune.Cli.Rendering.Html;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Metrics;

namespace GraphTune.Cli.Commands;

/// <summary><c>graphtune finetune</c>: is pre-training worth it here, and by which strategy?</summary>
internal sealed class FinetuneCommand : ToolCommand
{
    private readonly DataOptions data = new();
    private readonly ModelOptions model = new();
    private readonly Pretraining pretraining = new("--pretrain-epochs");
    private readonly Option<string?> encoder, metric, save;
    private readonly Option<string> strategy, report;
    private readonly Option<int> seeds, seed;
    private readonly Option<int?> epochs;

    public FinetuneCommand() : base("finetune", "Compare training from scratch, a linear probe, full fine-tuning and a strategy, over seeds.")
    {
        data.AddTo(this, withLabels: true);
        encoder = Add(Flags.OptionalText("--encoder", "A pre-trained encoder, a safetensors or PyTorch file; without it one is pre-trained first, on the same graph.", "FILE"));
        strategy = Add(Flags.Word("--strategy", "The strategy to compare", Strategies.Names[0], Strategies.Names));
        seeds = Add(Flags.Whole("--seeds", "Runs of each method, in pairs.", 1, 1000, 5));
        seed = Add(Flags.Seed());
        epochs = Add(Flags.OptionalWhole("--epochs", "Epochs of fine-tuning.", 1, 1_000_000));
        metric = Add(Flags.Metric());
        report = Add(Flags.Text("--report", "Where the report goes, one HTML file.", "FILE", "report.html"));
        save = Add(Flags.OptionalText("--out", "Where the best model of the strategy goes, a safetensors file.", "FILE"));
        model.AddTo(this);
        pretraining.AddTo(this);
    }

    public override int Run(Session session)
    {
        var clock = Stopwatch.StartNew();
        var (page, weights) = (Output.At("--report", session.Value(report))!, Output.At("--out", session.Value(save)));
        var judge = session.Value(metric) is { } name ? Metric.ByName(name) : null;
        var set = data.OpenLabelled(session);
        session.Say(DataOptions.Describe(set));
        using var device = session.OpenDevice();
        using var task = new NodeTask(device, set);
        using var start = StartFrom(session, set, task);
        var setup = Setup.For(set, start.Encoder.Options.Convolution);
        session.Say(start.About);
        using var best = new BestModel(Setup.Chosen, (judge ?? Metric.ByName(set.Metric)).HigherIsBetter);
        var methods = setup.Methods(Strategies.ByName(session.Value(strategy), set.Splits[0].Train.Length), session.Value(epochs), judge);

        var result = Compare(session, task, setup, methods, start, best);

        if (weights is not null && best.About is not null) best.Save(weights, set.Name);
        if (result.Cancelled)
            throw new StoppedException(weights is not null && best.About is not null ? $"{weights} has the best weights so far: {best.About}" : "nothing was saved");
        result = result with
        {
            Methods = [.. result.Methods.Zip(methods, (r, m) => r with { About = Strategies.Describe(m.Tuner) })],
            Seconds = clock.Elapsed.TotalSeconds,
            PeakBytes = Math.Max(result.PeakBytes, start.PeakBytes),
        };
        var finding = new Finding(result, Facts(set, start, result, device.Name), start.Curve);
        page.Write(HtmlReport.Of(finding));
        Present(session, finding);
        session.Print($"Report: {page}.{(weights is null ? "" : $" Model: {weights} ({best.About}).")}");
        session.AnswerJson(result.ToJson());
        return ExitCode.Done;
    }

    private static void Present(Session session, Finding finding)
    {
        ResultTable.Write(session.Screen, finding);
        foreach (var method in finding.Result.Methods) session.Say($"{Finding.Label(method.Name)}: {method.About}");
        session.Print(finding.Summary());
        session.Say($"{Words.Duration(finding.Result.Seconds)}, {Words.Bytes(finding.Result.PeakBytes)} of memory at most.");
    }

    private StartingPoint StartFrom(Session session, NodeDataset set, NodeTask task)
    {
        var device = task.Features.Device;
        if (session.Value(encoder) is { } path)
            return new(Checkpoints.Encoder(device, path, own => model.For(session, set, own)), $"Encoder: read from {path}.", [], 0);
        var fresh = Pretraining.Fresh(device, model.For(session, set, Setup.For(set, model.Convolution(session)).Classifier.Encoder), (ulong)session.Value(seed));
        var trained = pretraining.Run(session, fresh, task.Graph, task.Features, (ulong)session.Value(seed));
        if (trained.Cancelled) throw new StoppedException("nothing was saved");
        return new(fresh, $"Encoder: pre-trained here on the same graph without labels ({pretraining.Describe(session, trained)}).", trained.Epochs, trained.PeakBytes);
    }

    private static (string, string)[] Facts(NodeDataset set, StartingPoint start, ComparisonResult result, string device) =>
    [
        ("data", DataOptions.Describe(set)),
        ("nodes", $"{set.Splits[0].Train.Length} for training, {set.Splits[0].Validation.Length} for validation, {set.Splits[0].Test.Count} for the test; {Words.Count(set.Splits.Count, "split")}"),
        ("encoder", start.About),
        ("cost", $"{Words.Duration(result.Seconds)}, {Words.Bytes(result.PeakBytes)} of memory at most, on {device}"),
        ("made by", $"graphtune {Tool.Version}"),
    ];

    private ComparisonResult Compare(Session session, NodeTask task, Setup setup, IReadOnlyList<Method> methods, StartingPoint start, BestModel best)
    {
        ComparisonResult? result = null;
        TrainingView.Follow(session, session.Value(seeds) * methods.Count, view => result = new Comparison
        {
            Methods = methods,
            Seeds = session.Value(seeds),
            FirstSeed = (ulong)session.Value(seed),
            Progress = p => view.Epoch($"{Finding.Label(p.Method)}, seed {p.Seed}", p.Epoch),
            Trained = (method, run, trained) =>
            {
                best.Offer(method, run, (NodeClassifier)trained);
                view.RunEnded();
            },
            Cancel = session.Cancel,
        }.Run(task, setup.Classifier with { Encoder = start.Encoder.Options }, start.Encoder));
        return result!;
    }
}
