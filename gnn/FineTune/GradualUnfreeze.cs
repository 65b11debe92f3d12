using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>Starts with the top layer alone and unfreezes one more, from the top down, every <paramref name="EpochsPerLayer"/> epochs.</summary>
/// <param name="Inner">Says how fast each layer learns once it is unfrozen.</param>
/// <param name="EpochsPerLayer">Epochs between two layers, at least 1.</param>
/// <remarks>Howard and Ruder 2018, arXiv:1801.06146, section 3.3. A layer that learns already keeps its optimizer state when the next one joins.</remarks>
public sealed record GradualUnfreeze(IStrategy Inner, int EpochsPerLayer = 1) : Composed(Inner)
{
    /// <inheritdoc/>
    public override IEnumerable<ParameterGroup> Groups(Module model, int epoch)
    {
        var thawed = ModelParts.Of(model).TopDown.Take(1 + epoch / EpochsPerLayer).SelectMany(layer => model.Select(layer.Glob)).Select(p => p.Path).ToHashSet();
        return Some(model, epoch, thawed.Contains);
    }
}
