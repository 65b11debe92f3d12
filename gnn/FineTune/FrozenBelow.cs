using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>Another strategy with the lowest layers frozen: what they learnt of neighbourhoods in general is kept, what is above adapts.</summary>
/// <param name="Inner">Says how fast the other layers learn.</param>
/// <param name="Layers">How many layers are frozen, from the bottom; the head never is.</param>
/// <remarks>Yosinski et al. 2014, arXiv:1411.1792.</remarks>
public sealed record FrozenBelow(IStrategy Inner, int Layers) : Composed(Inner)
{
    /// <inheritdoc/>
    public override IEnumerable<ParameterGroup> Groups(Module model, int epoch)
    {
        var layers = ModelParts.Of(model).TopDown;
        var frozen = layers.Skip(Math.Max(1, layers.Count - Layers)).SelectMany(layer => model.Select(layer.Glob)).Select(p => p.Path).ToHashSet();
        return Some(model, epoch, path => !frozen.Contains(path));
    }
}
