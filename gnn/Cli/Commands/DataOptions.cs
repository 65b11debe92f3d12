using System.CommandLine;
using GraphTune.Gnn.Data;

namespace GraphTune.Cli.Commands;

/// <summary>Which graph a command works on.</summary>
internal sealed class DataOptions
{
    private const int MostLabels = 1_000_000;

    private readonly Option<string?> path = Flags.OptionalText("--data", "A data file, or a folder of them; without it, a set is found by its --name.", "PATH");

    private readonly Option<string?> name = Flags.OptionalText("--name", $"The data set in the folder; without --data one of {string.Join(", ", Datasets.Names)}.", "NAME");

    private readonly Option<string?> smiles = Flags.OptionalText("--smiles", "The column with the SMILES, where the data is a CSV file; without it, 'smiles'.", "COLUMN");

    private readonly Option<string[]> labelColumns = new("--label-column") { Description = "A column with labels of molecules, where the data is a CSV file; may be given often. Without it, all other columns.", HelpName = "COLUMN" };

    private readonly Option<int?> labels = Flags.OptionalWhole("--labels", "Training labels of each class; without it, all that the split has.", 1, MostLabels);

    public void AddTo(Command command, bool withLabels = false)
    {
        command.Options.Add(path);
        AddChoicesTo(command);
        if (withLabels) command.Options.Add(labels);
    }

    /// <summary>Adds all but the path, for commands that have it elsewhere.</summary>
    public void AddChoicesTo(Command command)
    {
        command.Options.Add(name);
        command.Options.Add(smiles);
        command.Options.Add(labelColumns);
    }

    /// <summary>The file or folder; null where it is not given.</summary>
    public string? Path(Session session) => session.Value(path);

    /// <summary>The set's name in its folder; null where it is not given.</summary>
    public string? Name(Session session) => session.Value(name);

    /// <summary>The columns of a CSV file; null where none is given.</summary>
    public SmilesColumns? Columns(Session session)
    {
        if (!session.Gives(smiles) && !session.Gives(labelColumns)) return null;
        var usual = new SmilesColumns();
        return usual with { Smiles = session.Value(smiles) ?? usual.Smiles, Labels = session.Gives(labelColumns) ? session.Value(labelColumns) : null };
    }

    /// <summary>Whether the data is many graphs with labels of their own.</summary>
    public bool HoldsGraphs(Session session) => Datasets.HoldsGraphs(session.Value(path), session.Value(name), Columns(session));

    /// <summary>Whether <c>--labels</c> is given.</summary>
    public bool LimitsLabels(Session session) => session.Gives(labels);

    /// <summary>Reads a data set of many graphs.</summary>
    public GraphDataset OpenGraphs(Session session) => Datasets.OpenGraphs(session.Value(path)!, session.Value(name), Columns(session));

    /// <summary>Reads a data set of one graph.</summary>
    /// <exception cref="UsageException">There are many.</exception>
    public NodeDataset Open(Session session) => HoldsGraphs(session)
        ? throw new UsageException($"{session.Value(path)} holds many graphs with labels of their own; this command works on one graph whose nodes have labels")
        : Datasets.Open(session.Value(path), session.Value(name));

    /// <summary>Reads a data set with labels, as few of them as <c>--labels</c> says.</summary>
    public NodeDataset OpenLabelled(Session session)
    {
        var set = Open(session);
        if (set.Splits.Count == 0) throw new UsageException($"{set.Name} has no split into training, validation and test nodes; only pretrain can use it");
        return session.Value(labels) is { } perClass ? set.WithLabels(perClass) : set;
    }

    /// <summary>A data set of many graphs in a line.</summary>
    public static string Describe(GraphDataset set) =>
        $"{set.Name}: {Words.Count(set.Graphs, "graph")}, {Words.Count(set.Nodes, "node")}, {Words.Count(set.Edges, "edge")} (each direction counted), {Words.Count(set.Tasks.Count, "task")} ({set.Task}). {set.Provenance}";

    /// <summary>A data set in a line.</summary>
    public static string Describe(NodeDataset set) =>
        $"{set.Name}: {Words.Count(set.Nodes, "node")}, {Words.Count(set.Edges.Count, "edge")} (each direction counted), {Words.Count(set.Features.Columns, "feature")}, {set.Classes} classes. {set.Provenance}";
}
