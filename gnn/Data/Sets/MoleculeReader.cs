using System.Text.Json;

namespace GraphTune.Gnn.Data;

/// <summary>Reads molecule sets prepared with the features of Hu et al. (2020, arXiv:1905.12265): <c>graphs.npz</c>, with <c>meta.json</c> and <c>smiles.csv</c> beside it where they are there.</summary>
/// <remarks>
/// Arrays: <c>node_ptr [g+1], edge_ptr [g+1], x [n,2], edge_index [2,e], edge_attr [e,2], y [g,t]</c> and the split <c>train_idx, valid_idx, test_idx</c>.
/// Node codes are atomic number − 1 and chirality (0 none, 1 clockwise, 2 counter-clockwise, 3 other); edge codes are bond type (0 single, 1 double, 2 triple, 3 aromatic)
/// and direction (0 none, 1 up, 2 down). Whole-numbered labels are −1 and 1, with 0 where one is missing; others are numbers to predict.
/// </remarks>
public static class MoleculeReader
{
    /// <summary>Reads a set.</summary>
    /// <param name="path">The folder, or <c>graphs.npz</c> in it.</param>
    /// <exception cref="InvalidDataException">A file is truncated or malformed, or the parts do not fit each other.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static GraphDataset Read(string path)
    {
        if (Directory.Exists(path)) path = Path.Combine(path, "graphs.npz");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        using var npz = new NpzReader(path);
        var (ends, edges) = Table(npz, "edge_index", path, firstAxis: 2);
        var (labels, tasks, kind) = Labels(npz, path);
        return new GraphDataset
        {
            Name = Path.GetFileName(folder),
            NodeStart = npz.Read("node_ptr").ToInts(),
            EdgeStart = npz.Read("edge_ptr").ToInts(),
            Source = ends[..edges],
            Target = ends[edges..],
            NodeCodes = Codes(npz, "x", path),
            EdgeCodes = Codes(npz, "edge_attr", path),
            Task = kind,
            Tasks = TaskNames(Path.Combine(folder, "meta.json"), tasks),
            Labels = labels,
            Classes = kind == TaskKind.Binary ? 2 : 0,
            Splits = npz.Has("train_idx") ? [new(Rows(npz, "train_idx"), Rows(npz, "valid_idx"), new(Rows(npz, "test_idx")))] : [],
            Ids = Names(Path.Combine(folder, "smiles.csv")),
            Metric = kind == TaskKind.Binary ? "auroc" : "rmse",
            Provenance = "Molecules with the atom and bond codes of Hu et al. (2020); the split given with them.",
        }.Checked(path);
    }

    private static CodeTable Codes(NpzReader npz, string name, string path)
    {
        var (values, rows) = Table(npz, name, path);
        return new(rows, 2, values);
    }

    private static (int[] Values, int Rows) Table(NpzReader npz, string name, string path, int? firstAxis = null)
    {
        var array = npz.Read(name);
        if (array.Shape is not [var rows, var columns] || (firstAxis ?? columns) != (firstAxis is null ? 2 : rows))
            throw new InvalidDataException($"{path}: {name} has the shape ({string.Join(", ", array.Shape)}); {(firstAxis is null ? "rows of two codes are" : "two rows of node ids are")} wanted.");
        return (array.ToInts(), (int)(firstAxis is null ? rows : columns));
    }

    private static int[] Rows(NpzReader npz, string name) => npz.Read(name).ToInts();

    private static (float[] Values, int Tasks, TaskKind Kind) Labels(NpzReader npz, string path)
    {
        if (!npz.Has("y")) return ([], 0, TaskKind.Binary);
        var y = npz.Read("y");
        if (y.Shape is not ([_] or [_, _])) throw new InvalidDataException($"{path}: y has the shape ({string.Join(", ", y.Shape)}); graphs × tasks are wanted.");
        var tasks = y.Shape is [_, var columns] ? (int)columns : 1;
        if (!y.IsWhole) return (y.ToFloats(), tasks, TaskKind.Regression);
        var labels = y.ToInts();
        var odd = Array.FindIndex(labels, label => label is < -1 or > 1);
        if (odd >= 0) throw new InvalidDataException($"{path}: y: graph {odd / tasks}, task {odd % tasks} is {labels[odd]}; -1, 1, and 0 where it is missing are wanted.");
        return (Array.ConvertAll(labels, label => label == 0 ? float.NaN : (label + 1) / 2), tasks, TaskKind.Binary);
    }

    private static string[] TaskNames(string meta, int tasks)
    {
        string[] numbered = [.. Enumerable.Range(0, tasks).Select(t => $"task {t}")];
        if (!File.Exists(meta)) return numbered;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(meta));
            if (!json.RootElement.TryGetProperty("tasks", out var names)) return numbered;
            string[] found = [.. names.EnumerateArray().Select(name => name.GetString() ?? "")];
            return found.Length == tasks ? found : throw new InvalidDataException($"{meta}: {found.Length} task names for {tasks} label columns.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{meta}: not the JSON expected: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private static string[]? Names(string path)
    {
        if (!File.Exists(path)) return null;
        using var source = new TextSource(path);
        List<string> names = [];
        while (source.Next() is { } line) names.Add(line.Trim());
        return [.. names];
    }
}
