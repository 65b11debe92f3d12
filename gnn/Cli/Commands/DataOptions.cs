using System.CommandLine;
using GraphTune.Cli.Rendering;
using GraphTune.Gnn.Data;

namespace GraphTune.Cli.Commands;

/// <summary>Which graph a command works on.</summary>
internal sealed class DataOptions
{
    private const int MostLabels = 1_000_000;

    private readonly Option<string?> path = Flags.OptionalText("--data", "A data file, or a folder of them; without it, a set is found by its --name.", "PATH");

    private readonly Option<string?> name = Flags.OptionalText("--name", $"The data set in the folder; without --data one of {string.Join(", ", Datasets.Names)}.", "NAME");

    private readonly Option<int?> labels = Flags.OptionalWhole("--labels", "Training labels of each class; without it, all that the split has.", 1, MostLabels);

    public void AddTo(Command command, bool withLabels = false)
    {
        command.Options.Add(path);
        command.Options.Add(name);
        if (withLabels) command.Options.Add(labels);
    }

    /// <summary>Reads the data set.</summary>
    public NodeDataset Open(Session session) => Datasets.Open(session.Value(path), session.Value(name));

    /// <summary>Reads a data set with labels, as few of them as <c>--labels</c> says.</summary>
    public NodeDataset OpenLabelled(Session session)
    {
        var set = Open(session);
        if (set.Splits.Count == 0) throw new UsageException($"{set.Name} has no split into training, validation and test nodes; only pretrain can use it");
        return session.Value(labels) is { } perClass ? set.WithLabels(perClass) : set;
    }

    /// <summary>A data set in a line.</summary>
    public static string Describe(NodeDataset set) =>
        $"{set.Name}: {Words.Count(set.Nodes, "node")}, {Words.Count(set.Edges.Count, "edge")} (each direction counted), {Words.Count(set.Features.Columns, "feature")}, {set.Classes} classes. {set.Provenance}";
}
