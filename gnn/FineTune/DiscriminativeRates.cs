using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>Everything learns, the pre-trained encoder slowly and the new head fast.</summary>
/// <param name="EncoderRate">The encoder's peak learning rate.</param>
/// <param name="HeadRate">The head's peak learning rate.</param>
/// <param name="WeightDecay">Decoupled weight decay of both.</param>
public sealed record DiscriminativeRates(float EncoderRate = 5e-5f, float HeadRate = 1e-3f, float WeightDecay = 0.01f) : IStrategy
{
    /// <inheritdoc/>
    public IEnumerable<ParameterGroup> Groups(Module model, int epoch)
    {
        var parts = ModelParts.Of(model);
        return
        [
            new("head", parts.Head, HeadRate) { WeightDecay = WeightDecay },
            new("encoder", parts.Encoder, EncoderRate) { WeightDecay = WeightDecay },
        ];
    }
}
