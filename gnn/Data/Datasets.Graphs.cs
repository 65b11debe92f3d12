namespace GraphTune.Gnn.Data;

/// <summary>The door to data of many graphs.</summary>
public static partial class Datasets
{
    private const int FoldCount = 10;

    /// <summary>Whether what a user named holds many graphs (<see cref="OpenGraphs"/>) rather than one with labelled nodes (<see cref="Open"/>).</summary>
    /// <param name="path">A folder or file; null for a set by its name alone.</param>
    /// <param name="name">The set in the folder.</param>
    /// <param name="columns">The columns of a CSV file; its column <c>smiles</c> where null.</param>
    public static bool HoldsGraphs(string? path, string? name = null, SmilesColumns? columns = null) => path is not null && GraphReader(path, name, columns) is not null;

    /// <summary>Finds and reads a data set of many graphs.</summary>
    /// <param name="path">
    /// A folder of TU files (<c>NAME_A.txt</c>, or <c>NAME.txt</c> with <c>10fold_idx</c>), of an OGB set (<c>raw/graph-label.csv.gz</c>) or of a molecule set
    /// (<c>graphs.npz</c>); or one such file; or a CSV file with a column of SMILES.
    /// </param>
    /// <param name="name">The set in the folder, or the folder in the folder; may be left out where there is one.</param>
    /// <param name="columns">The columns of a CSV file; its column <c>smiles</c> and all others as labels where null.</param>
    /// <remarks>Graphs without attributes of their nodes get the nodes' degrees as codes; TU graphs without folds of their own get ten, drawn with seed 0.</remarks>
    /// <exception cref="IOException">There is none: what was looked for.</exception>
    /// <exception cref="InvalidDataException">A file is truncated, malformed or refused, or its parts do not fit each other.</exception>
    public static GraphDataset OpenGraphs(string path, string? name = null, SmilesColumns? columns = null)
    {
        if (!Path.Exists(path)) throw new FileNotFoundException($"There is no file or folder '{path}'.", path);
        var read = GraphReader(path, name, columns)
            ?? throw new FileNotFoundException($"'{path}'{(name is null ? "" : $" with the name '{name}'")} holds no data set of many graphs; NAME_A.txt, NAME.txt with 10fold_idx, raw/graph-label.csv.gz, graphs.npz or a CSV file with a column of SMILES are looked for.");
        var data = read();
        return data.NodeCodes is null && data.NodeFeatures is null ? data.WithDegreeCodes() : data;
    }

    // Published results on TU data are means over ten folds, in which each class has its share.
    private static GraphDataset Folded(GraphDataset data)
    {
        if (data.Splits.Count > 0 || data.Tasks.Count == 0 || data.Graphs < FoldCount) return data;
        int[] classes = data.Classes == 0 ? new int[data.Graphs] : [.. data.Labels.Select(y => float.IsNaN(y) ? -1 : (int)y)];
        if (data.Classes == 0) Array.Fill(classes, -1);
        return data with { Splits = RandomSplits.Folds(data.Name, classes, data.Classes, FoldCount, seed: 0), Provenance = $"{data.Provenance} {FoldCount} stratified folds at random, seed 0." };
    }

    private static Func<GraphDataset>? GraphReader(string path, string? name, SmilesColumns? columns) =>
        Directory.Exists(path) ? InFolder(path, name) : File.Exists(path) ? InFile(path, columns) : null;

    /// <summary>Whether a file's name says that it is comma-separated, gzip-compressed or not.</summary>
    /// <param name="path">The file.</param>
    public static bool IsCsv(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);

    private static Func<GraphDataset>? InFolder(string folder, string? name)
    {
        if (name is not null && Directory.Exists(Path.Combine(folder, name))) return InFolder(Path.Combine(folder, name), null);
        if (File.Exists(Path.Combine(folder, "graphs.npz"))) return () => MoleculeReader.Read(folder);
        if (OgbReader.HoldsGraphs(folder)) return () => OgbReader.ReadGraphs(folder);
        if (name is null ? TuReader.NamesIn(folder).Length > 0 : TextSource.Find(folder, $"{name}_A.txt") is not null) return () => Folded(TuReader.Read(folder, name));
        var text = Path.Combine(folder, $"{name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))}.txt");
        return File.Exists(text) ? () => Folded(DgcnnTextReader.Read(text)) : null;
    }

    private static Func<GraphDataset>? InFile(string path, SmilesColumns? columns)
    {
        if (IsCsv(path)) return columns is not null || SmilesCsv.Has(path, new SmilesColumns().Smiles) ? () => SmilesCsv.Read(path, columns).Data : null;
        var file = Path.GetFileName(path);
        if (file.EndsWith("_A.txt", StringComparison.Ordinal)) return () => Folded(TuReader.Read(Path.GetDirectoryName(Path.GetFullPath(path))!, file[..^"_A.txt".Length]));
        if (file.EndsWith(".txt", StringComparison.Ordinal)) return () => Folded(DgcnnTextReader.Read(path));
        if (!file.EndsWith(".npz", StringComparison.Ordinal)) return null;
        using var npz = new NpzReader(path);
        return npz.Has("node_ptr") ? () => MoleculeReader.Read(path) : null;
    }
}
