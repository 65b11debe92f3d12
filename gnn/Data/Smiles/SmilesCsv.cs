using System.Globalization;

namespace GraphTune.Gnn.Data;

/// <summary>Reads molecules from a CSV file with a SMILES column: graphs with the codes of <see cref="MoleculeGraph"/>, labels, and a scaffold split.</summary>
public sealed class SmilesCsv
{
    private readonly string path;
    private readonly SmilesColumns columns;
    private readonly List<int> nodeStart = [0], edgeStart = [0], source = [], target = [], atoms = [], bonds = [];
    private readonly List<float> labels = [];
    private readonly List<string> ids = [], scaffolds = [];
    private readonly List<SkippedSmiles> skipped = [];

    private SmilesCsv(string path, SmilesColumns columns) => (this.path, this.columns) = (path, columns);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, plain or gzip-compressed, with a header; its name without endings names the data set.</param>
    /// <param name="columns">Which columns hold SMILES and labels; see <see cref="SmilesColumns"/> where null.</param>
    /// <returns>The molecules, and the rows that could not be read. An empty label, or <c>nan</c>, is missing.</returns>
    /// <exception cref="InvalidDataException">A column is missing, a label is no number, rows are ragged, or no SMILES can be read.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static SmilesTable Read(string path, SmilesColumns? columns = null) => new SmilesCsv(path, columns ?? new()).Run();

    /// <summary>Whether a file is a table with this column.</summary>
    internal static bool Has(string path, string column)
    {
        using var rows = new CsvRows(path);
        return rows.Header.Contains(column);
    }

    private SmilesTable Run()
    {
        using var rows = new CsvRows(path);
        var smiles = rows.Column(columns.Smiles);
        int[] chosen = columns.Labels is { } names ? [.. names.Select(rows.Column)] : [.. Enumerable.Range(0, rows.Header.Length).Where(column => column != smiles)];
        while (rows.Next())
        {
            if (Molecule(rows, smiles)) foreach (var column in chosen) labels.Add(Label(rows, column));
        }
        if (ids.Count == 0) throw new InvalidDataException($"{path}: no molecule can be read{(skipped is [var first, ..] ? $"; {first}" : "")}.");
        return new(Data([.. chosen.Select(column => rows.Header[column])]), skipped);
    }

    private bool Molecule(CsvRows rows, int column)
    {
        var text = rows[column].Trim();
        try
        {
            var molecule = SmilesReader.Read(text);
            Append(MoleculeGraph.Of(molecule, text));
            ids.Add(text);
            if (columns.Split) scaffolds.Add(ScaffoldSplit.Key(molecule));
            return true;
        }
        catch (SmilesException error)
        {
            skipped.Add(new(rows.Line, error.Column, text, error.Reason));
            return false;
        }
    }

    private void Append(MoleculeGraph graph)
    {
        atoms.AddRange(graph.Atoms.Values);
        source.AddRange(graph.Source);
        target.AddRange(graph.Target);
        bonds.AddRange(graph.Bonds.Values);
        nodeStart.Add(nodeStart[^1] + graph.Atoms.Rows);
        edgeStart.Add(source.Count);
    }

    private float Label(CsvRows rows, int column)
    {
        var field = rows[column].Trim();
        if (field.Length == 0) return float.NaN;
        if (float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return value;
        throw rows.Bad($"column '{rows.Header[column]}' is '{field}', not a number{(columns.Labels is null ? "; say which columns are labels" : "")}");
    }

    private GraphDataset Data(string[] tasks)
    {
        var kind = columns.Task ?? (labels.TrueForAll(y => y is 0 or 1 || float.IsNaN(y)) ? TaskKind.Binary : TaskKind.Regression);
        return new GraphDataset
        {
            Name = Path.GetFileName(path).Split('.')[0],
            NodeStart = [.. nodeStart],
            EdgeStart = [.. edgeStart],
            Source = [.. source],
            Target = [.. target],
            NodeCodes = new(nodeStart[^1], 2, [.. atoms]),
            EdgeCodes = new(source.Count, 2, [.. bonds]),
            Task = kind,
            Tasks = tasks,
            Labels = [.. labels],
            Classes = kind switch { TaskKind.Binary => 2, TaskKind.MultiClass => (int)labels.Where(y => !float.IsNaN(y)).Append(-1).Max() + 1, _ => 0 },
            Splits = ScaffoldsOf(ids.Count),
            Ids = [.. ids],
            Metric = kind switch { TaskKind.Binary => "auroc", TaskKind.MultiClass => "accuracy", _ => "rmse" },
            Provenance = $"SMILES of column '{columns.Smiles}', codes of Hu et al. (2020){(columns.Split ? "; scaffold split 80/10/10" : "")}. {Remark()}",
        }.Checked(path);
    }

    // A handful of molecules cannot fill three parts, and then there is no split.
    private Split[] ScaffoldsOf(int molecules)
    {
        if (!columns.Split || molecules == 0) return [];
        var split = ScaffoldSplit.OfKeys([.. scaffolds]);
        return split.Train.Length > 0 && split.Test.Count > 0 ? [split] : [];
    }

    private string Remark() => skipped.Count == 0 ? "All rows were read." : $"{skipped.Count} of {ids.Count + skipped.Count} rows could not be read, the first: {skipped[0]}.";
}
