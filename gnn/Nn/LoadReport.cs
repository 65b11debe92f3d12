using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>How a checkpoint fits a model, by the model's paths.</summary>
/// <param name="Matched">In both, with the same shape: these were loaded.</param>
/// <param name="Missing">In the model only.</param>
/// <param name="Unexpected">In the file only.</param>
/// <param name="Different">In both, with different shapes.</param>
public sealed record LoadReport(IReadOnlyList<string> Matched, IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected, IReadOnlyList<ShapeDifference> Different)
{
    private const int MostNames = 8;

    /// <summary>Whether all that was wanted was loaded and nothing was left over.</summary>
    public bool Complete => Missing.Count + Unexpected.Count + Different.Count == 0;

    /// <summary>One line that names the tensors.</summary>
    public override string ToString()
    {
        (string What, IEnumerable<string> Names, int Count)[] parts =
        [
            ("of another shape", Different.Select(d => d.ToString()), Different.Count),
            ("missing", Missing, Missing.Count),
            ("unexpected", Unexpected, Unexpected.Count),
        ];
        var found = parts.Where(p => p.Count > 0).Select(p => $"{p.Count} {p.What}: {string.Join(", ", p.Names.Take(MostNames))}{(p.Count > MostNames ? ", …" : "")}");
        return string.Join("; ", found.Prepend($"{Matched.Count} matched"));
    }

    internal static LoadReport Compare(Dictionary<string, HostTensor> offered, Dictionary<string, Tensor> wanted)
    {
        var both = wanted.Keys.Where(offered.ContainsKey).ToLookup(name => SameShape(offered[name].Shape, Checkpoint.Sizes(wanted[name].Shape)));
        return new([.. both[true]], [.. wanted.Keys.Where(name => !offered.ContainsKey(name))], [.. offered.Keys.Where(name => !wanted.ContainsKey(name))],
            [.. both[false].Select(name => new ShapeDifference(name, wanted[name].Shape.ToString(), $"[{string.Join(", ", offered[name].Shape)}]"))]);
    }

    // PyTorch keeps a single number without an axis, such as num_batches_tracked; here it has one of length 1.
    private static bool SameShape(long[] offered, long[] wanted) => offered.AsSpan().SequenceEqual(wanted) || (offered is [] or [1] && wanted is [] or [1]);
}

/// <summary>A tensor that has one shape in the model and another in the file.</summary>
/// <param name="Name">The model's path.</param>
/// <param name="Expected">The model's shape.</param>
/// <param name="Found">The file's shape.</param>
public sealed record ShapeDifference(string Name, string Expected, string Found)
{
    /// <summary>For messages.</summary>
    public override string ToString() => $"{Name} (expected {Expected}, found {Found})";
}
