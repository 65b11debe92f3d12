namespace GraphTune.Gnn.Data;

/// <summary>A global that a pickle names, such as <c>numpy.ndarray</c>. It is only the name: nothing is looked up.</summary>
/// <param name="Name">Module and name joined by a dot.</param>
public sealed record PickleGlobal(string Name);

/// <summary>What a pickle says about an object: which global made it, from what, and the state it was given.</summary>
/// <param name="type">The global that was called, such as <c>numpy.core.multiarray._reconstruct</c>.</param>
/// <param name="arguments">What it was called with.</param>
/// <remarks>Nothing is called: whoever knows the type reads the arguments and the state.</remarks>
public sealed class PickleObject(string type, object?[] arguments)
{
    /// <summary>The global that was called.</summary>
    public string Type { get; } = type;

    /// <summary>What it was called with.</summary>
    public object?[] Arguments { get; } = arguments;

    /// <summary>What its <c>__setstate__</c> was given; null where there was none.</summary>
    public object? State { get; internal set; }
}
