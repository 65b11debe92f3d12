namespace GraphTune.Gnn;

/// <summary>A model that says which of its parts lie on which, so that strategies can go through it from the top down.</summary>
public interface ILayered
{
    /// <summary>The layers from the input up: a name, and the glob that selects the layer's parameters among the model's.</summary>
    IReadOnlyList<Layer> Layers { get; }
}

/// <summary>One layer of a model.</summary>
/// <param name="Name">For messages and logs: <c>encoder.0</c>, <c>head</c>.</param>
/// <param name="Glob">Selects its parameters, as in <see cref="Module.Select"/>.</param>
public sealed record Layer(string Name, string Glob)
{
    /// <summary>The same layer of a model in which this one is a part of that name.</summary>
    internal Layer Under(string part) => new($"{part}.{Name}", string.Join("|", Glob.Split('|').Select(g => $"{part}.{g}")));
}
