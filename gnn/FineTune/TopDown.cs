namespace GraphTune.Gnn.FineTune;

/// <summary>A model's layers in the order in which strategies treat them.</summary>
internal static class TopDown
{
    /// <summary>The layers, the one nearest the output first; for a model that does not say, its children.</summary>
    public static IEnumerable<Layer> Layers(Module model) => (model is ILayered layered
        ? layered.Layers
        : [.. model.Children.Select(child => new Layer(child.Name, $"{child.Name}.*"))]).Reverse();
}
