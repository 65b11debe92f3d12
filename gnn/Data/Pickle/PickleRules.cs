using System.Collections.Frozen;

namespace GraphTune.Gnn.Data;

/// <summary>What a <see cref="RestrictedPickle"/> lets through.</summary>
public sealed record PickleRules
{
    /// <summary>Numpy arrays, scipy's compressed rows, and Python's own containers: enough for data files.</summary>
    public static PickleRules Numpy { get; } = new() { Globals = NumpyGlobals.ToFrozenSet() };

    /// <summary>The globals that may be named, module and name joined by a dot. Every other is refused.</summary>
    public required IReadOnlySet<string> Globals { get; init; }

    /// <summary>What a persistent id stands for (PyTorch keeps its storages so); null refuses persistent ids.</summary>
    public Func<object?, object?>? PersistentLoad { get; init; }

    private static IEnumerable<string> NumpyGlobals =>
    [
        "numpy.ndarray", "numpy.dtype",
        .. from core in new[] { "numpy.core.multiarray", "numpy._core.multiarray" } from name in new[] { "_reconstruct", "scalar" } select $"{core}.{name}",
        .. from module in new[] { "scipy.sparse", "scipy.sparse.csr", "scipy.sparse._csr" } select $"{module}.csr_matrix",
        "collections.defaultdict", "collections.OrderedDict",
        .. from module in new[] { "builtins", "__builtin__" }
           from name in new[] { "list", "dict", "set", "frozenset", "tuple", "object" } select $"{module}.{name}",
        "copy_reg._reconstructor", "copyreg._reconstructor", "_codecs.encode",
    ];
}
