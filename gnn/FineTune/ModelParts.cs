using GraphTune.Autograd;

namespace GraphTune.Gnn.FineTune;

/// <summary>A model as strategies see it: a head on top, and below it an encoder in layers, whatever they are called.</summary>
/// <remarks>
/// The head is the last of <see cref="ILayered.Layers"/>; a model that does not say has its children for layers, in the order they were added.
/// Everything that is not the head's is the encoder's.
/// </remarks>
public sealed class ModelParts
{
    private readonly Module model;
    private readonly HashSet<string> head;

    private ModelParts(Module model, IReadOnlyList<Layer> layers)
    {
        (this.model, TopDown) = (model, [.. layers.Reverse()]);
        head = layers.Count == 0 ? [] : [.. model.Select(layers[^1].Glob).Select(p => p.Path)];
    }

    /// <summary>The parts of a model.</summary>
    public static ModelParts Of(Module model) => new(model, model is ILayered layered
        ? layered.Layers
        : [.. model.Children.Select(child => new Layer(child.Name, $"{child.Name}.*"))]);

    /// <summary>The layers, the one nearest the output first.</summary>
    public IReadOnlyList<Layer> TopDown { get; }

    /// <summary>The parameters of the head.</summary>
    public IEnumerable<(string Path, Parameter Value)> Head => model.Parameters.Where(p => head.Contains(p.Path));

    /// <summary>All other parameters.</summary>
    public IEnumerable<(string Path, Parameter Value)> Encoder => model.Parameters.Where(p => !head.Contains(p.Path));

    /// <summary>Whether a parameter of that path is the head's.</summary>
    public bool IsHead(string path) => head.Contains(path);
}
