using System.CommandLine;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Pretrain;

namespace GraphTune.Cli.Commands;

/// <summary>What commands that compare work on: the data, the encoder they were given or pre-trained, and the loops. Nodes and graphs alike.</summary>
/// <param name="Bench">The data and the encoder.</param>
/// <param name="Loops">How methods train.</param>
/// <param name="Start">The encoder, and where it came from.</param>
/// <param name="About">The data in a line.</param>
internal sealed record Workbench(Bench Bench, Loops Loops, StartingPoint Start, string About) : IDisposable
{
    /// <summary>Facts for the pages.</summary>
    /// <param name="cost">What it cost, in words; null to leave it out.</param>
    public (string, string)[] Facts(string? cost = null)
    {
        var split = Bench.SplitOf(0);
        (string, string)[] facts =
        [
            ("data", About),
            (Bench is NodeBench ? "nodes" : "graphs", $"{split.Train.Length} for training, {split.Validation.Length} for validation, {split.Test.Count} for the test; {Words.Count(Bench.Splits, "split")}"),
            ("encoder", Start.About),
        ];
        return [.. facts, .. cost is null ? [] : new[] { ("cost", cost) }, ("made by", $"graphtune {Tool.Version}")];
    }

    public void Dispose()
    {
        Bench.Dispose();
        Start.Dispose();
    }
}

/// <summary>The options that make a <see cref="Workbench"/>.</summary>
internal sealed class WorkbenchOptions
{
    private readonly DataOptions data = new();
    private readonly ModelOptions model = new();
    private readonly Pretraining pretraining = new("--pretrain-epochs");
    private readonly Option<string?> encoder = Flags.OptionalText("--encoder", "A pre-trained encoder; without it one is pre-trained first, on the same graph or graphs.", "FILE");
    private readonly Option<string?> metric = Flags.Metric();
    private readonly Option<int> seed = Flags.Seed();

    /// <summary>Adds the options that say what is compared on what.</summary>
    public void AddTo(Command command, bool withLabels)
    {
        data.AddTo(command, withLabels);
        foreach (Option option in new Option[] { encoder, metric, seed }) command.Options.Add(option);
    }

    /// <summary>Adds the options of an encoder that is made here.</summary>
    public void AddModelTo(Command command)
    {
        model.AddTo(command);
        pretraining.AddTo(command, manyGraphs: true);
    }

    /// <summary>The first seed.</summary>
    public ulong Seed(Session session) => (ulong)session.Value(seed);

    /// <summary>Reads the data, and reads or pre-trains the encoder.</summary>
    /// <param name="session">The command line.</param>
    /// <param name="device">Where to.</param>
    /// <param name="check">Told the data set's name, its splits and each row's class before anything is trained: to refuse what cannot be.</param>
    public Workbench Open(Session session, Device device, Action<string, IReadOnlyList<Split>, int[]>? check = null) =>
        data.HoldsGraphs(session) ? OpenGraphs(session, device, check) : OpenNodes(session, device, check);

    private Workbench OpenNodes(Session session, Device device, Action<string, IReadOnlyList<Split>, int[]>? check)
    {
        var set = data.OpenLabelled(session);
        var about = DataOptions.Describe(set);
        session.Say(about);
        check?.Invoke(set.Name, set.Splits, set.Labels);
        var judge = session.Value(metric) is { } name ? Metric.ByName(name) : null;
        var start = session.Value(encoder) is { } path
            ? Given(path, Checkpoints.Encoder(device, path, own => model.For(session, set.Features.Columns, own)))
            : Pretrained(session, device, set);
        session.Say(start.About);
        var made = (Encoder)start.Encoder;
        var setup = Setup.For(set, made.Options.Convolution);
        var facts = TaskFacts.Of(set).From(start.Statistics, PretrainingStatistics.Of(set)) with { Convolution = made.Options.Convolution };
        return Made(new NodeBench(set, setup.Classifier, made, judge), setup.Loops, facts, start, about);
    }

    private Workbench OpenGraphs(Session session, Device device, Action<string, IReadOnlyList<Split>, int[]>? check)
    {
        var set = data.OpenGraphs(session);
        if (data.LimitsLabels(session)) throw new UsageException($"--labels is for one graph with labelled nodes; {set.Name} has many graphs (report --budgets takes any number of labels)");
        if (set.Tasks.Count == 0) throw new UsageException($"{set.Name}: the graphs have no labels; there is nothing to train for");
        var about = DataOptions.Describe(set);
        session.Say(about);
        check?.Invoke(set.Name, set.Splits, GraphBench.StrataOf(set));
        var judge = session.Value(metric) is { } name ? Metric.ByName(name, set.Tasks.Count) : null;
        var start = session.Value(encoder) is { } path ? Given(path, Checkpoints.AnyEncoder(device, path, session.Gives(model.Model) ? session.Value(model.Model) : null)) : Pretrained(session, device, set);
        session.Say(start.About);
        var facts = TaskFacts.Of(set).From(start.Statistics, GraphPretraining.Statistics(set));
        return Made(new GraphBench(set, start.Encoder, metric: judge), Loops.OfGraphs(), facts, start, about);
    }

    private StartingPoint Pretrained(Session session, Device device, GraphDataset set)
    {
        var (encoder, trained) = new GraphPretraining(model, pretraining, start: null).Train(session, device, set, Seed(session));
        return Ready(GraphPretraining.Statistics(set), encoder, trained, $"Encoder: pre-trained here on the same graphs without labels ({pretraining.Describe(session, trained, manyGraphs: true)}).");
    }

    private StartingPoint Pretrained(Session session, Device device, NodeDataset set)
    {
        using var graph = Graph.From(device, set.Edges);
        using var x = Tensor.From(device, new Shape(set.Nodes, set.Features.Columns), set.Features.ToDense());
        var fresh = Pretraining.Fresh(device, model.For(session, set, Setup.For(set, model.Convolution(session)).Classifier.Encoder), Seed(session));
        var trained = pretraining.Run(session, fresh, graph, x, bagOfWords: set.Features.Sparse is not null, Seed(session));
        return Ready(PretrainingStatistics.Of(set), fresh, trained, $"Encoder: pre-trained here on the same graph without labels ({pretraining.Describe(session, trained)}).");
    }

    // The bench knows what judges, and takes validation rows from the training rows of a fold.
    private static Workbench Made(Bench bench, Loops loops, TaskFacts facts, StartingPoint start, string about) =>
        new(bench, loops with { Facts = facts with { Metric = bench.Metric, Validation = bench.SplitOf(0).Validation.Length } }, start, about);

    private static StartingPoint Ready(PretrainingStatistics statistics, GraphEncoder encoder, TrainReport trained, string about) => !trained.Cancelled
        ? new(encoder, about, trained.Epochs, trained.PeakBytes, statistics)
        : throw new StoppedException("nothing was saved");

    private static StartingPoint Given(string path, Module found) => new(found, $"Encoder: read from {path}.", [], 0, Checkpoints.Statistics(path));
}
