namespace GraphTune.Gnn.Data;

/// <summary>The one door to data: from what a user typed to a checked data set, with features as the published recipes prepare them.</summary>
/// <remarks>
/// Planetoid features have rows that sum to 1 (Kipf and Welling 2017); those of gnn-benchmark (Shchur et al. 2018), of the heterophilous
/// benchmark and of the made graph stay as they are. The readers themselves never change features.
/// </remarks>
public static partial class Datasets
{
    private const string Synthetic = "synthetic";
    private static readonly string[] Planetoid = ["cora", "citeseer", "pubmed"];

    /// <summary>The names that need no file.</summary>
    public static IReadOnlyList<string> Names => [Synthetic, .. Planetoid];

    /// <summary>Finds and reads a data set.</summary>
    /// <param name="path">A folder of Planetoid files or of <c>.npz</c> files, or one file of either; an OGB folder; null for a set by its name alone.</param>
    /// <param name="name">
    /// With a folder: which set in it; may be left out where there is one. Without: <c>synthetic</c> (or nothing) makes
    /// <see cref="SyntheticCommunities"/>; <c>cora</c>, <c>citeseer</c> and <c>pubmed</c> come from the cache, and are downloaded once.
    /// </param>
    /// <param name="cache">Where downloads live; the usual folder where null.</param>
    /// <exception cref="IOException">Nothing of that name is there, or it cannot be downloaded: what was looked for.</exception>
    /// <exception cref="InvalidDataException">A file is truncated, malformed or refused, or its parts do not fit each other.</exception>
    public static NodeDataset Open(string? path = null, string? name = null, DataCache? cache = null) => path switch
    {
        null => ByName(name?.ToLowerInvariant() ?? Synthetic, cache ?? new()),
        _ when Directory.Exists(path) => FromFolder(path, name),
        _ when File.Exists(path) => FromFile(path),
        _ => throw new FileNotFoundException($"There is no file or folder '{path}'.", path),
    };

    private static NodeDataset ByName(string name, DataCache cache) => name switch
    {
        Synthetic => new SyntheticCommunities().Build(),
        _ when Planetoid.Contains(name) => FromPlanetoid(cache.Planetoid(name), name),
        _ => throw new FileNotFoundException($"There is no data set '{name}'; by name alone there are {string.Join(", ", Names)}, all others need their folder or file."),
    };

    private static NodeDataset FromFolder(string folder, string? name)
    {
        if (OgbReader.Knows(folder)) return OgbReader.ReadNodes(folder);
        if (name is not null && OgbReader.Knows(Path.Combine(folder, name))) return OgbReader.ReadNodes(Path.Combine(folder, name));
        var there = SetsIn(folder);
        if (name is null && there.Count != 1) throw new FileNotFoundException($"'{folder}' holds {Listing(there)}; say which by its name.");
        name ??= there[0];
        if (Path.Combine(folder, $"{name}.npz") is var npz && File.Exists(npz)) return FromFile(npz);
        var lower = name.ToLowerInvariant();
        return there.Count == 0 || there.Contains(lower)
            ? FromPlanetoid(folder, lower)
            : throw new FileNotFoundException($"There is no data set '{name}' in '{folder}', neither ind.{lower}.* nor {name}.npz; it holds {Listing(there)}.");
    }

    private static NodeDataset FromFile(string path)
    {
        if (Path.GetFileName(path).Split('.') is ["ind", var name, ..]) return FromPlanetoid(Path.GetDirectoryName(Path.GetFullPath(path))!, name);
        string[] found;
        using (var npz = new NpzReader(path)) found = [.. npz.Names];
        if (found.Contains("adj_indptr")) return GnnBenchmarkReader.Read(path);
        if (found.Contains("node_features")) return HeterophilousReader.Read(path);
        throw new InvalidDataException($"{path}: neither a gnn-benchmark file (adj_indptr, …) nor a heterophilous one (node_features, …); it holds {string.Join(", ", found.Take(20))}.");
    }

    private static NodeDataset FromPlanetoid(string folder, string name)
    {
        var data = PlanetoidReader.Read(folder, name);
        return data with { Features = data.Features.NormaliseRows(), Provenance = data.Provenance + " Feature rows sum to 1." };
    }

    // A set whose files are incomplete still counts by its graph or features, so that the reader can say what is missing.
    private static List<string> SetsIn(string folder) => [.. Directory.EnumerateFiles(folder)
        .Select(file => Path.GetFileName(file).Split('.') switch
        {
            ["ind", var name, _, ..] => name,
            [.. var stem, "npz"] => string.Join('.', stem),
            _ => "",
        })
        .Where(name => name.Length > 0)
        .Distinct()
        .Order(StringComparer.Ordinal)];

    private static string Listing(List<string> sets) => sets.Count == 0 ? "no data set (ind.NAME.* or NAME.npz)" : string.Join(", ", sets);
}
