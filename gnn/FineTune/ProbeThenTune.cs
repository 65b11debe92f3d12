using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>LP-FT: the head alone learns first, then all that another strategy says.</summary>
/// <param name="Inner">What follows; it counts its epochs from 0.</param>
/// <param name="ProbeEpochs">Epochs of the probe, at least 1.</param>
/// <param name="ProbeRate">The head's peak learning rate in them.</param>
/// <remarks>
/// Kumar et al. 2022, arXiv:2202.10054: a head that starts at random bends good features before it has learnt to read them.
/// The head keeps its optimizer state when the rest joins.
/// </remarks>
public sealed record ProbeThenTune(IStrategy Inner, int ProbeEpochs = 5, float ProbeRate = 1e-2f) : Composed(Inner)
{
    /// <summary>The same with a probe of a quarter of a run of so many epochs.</summary>
    public ProbeThenTune ForRunOf(int epochs) => this with { ProbeEpochs = Math.Max(1, epochs / 4) };

    /// <inheritdoc/>
    public override IEnumerable<ParameterGroup> Groups(Module model, int epoch) =>
        epoch < ProbeEpochs ? new LinearProbe(ProbeRate).Groups(model, epoch) : Inner.Groups(model, epoch - ProbeEpochs);
}
