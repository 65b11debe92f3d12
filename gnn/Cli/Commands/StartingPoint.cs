using GraphTune.Gnn;

namespace GraphTune.Cli.Commands;

/// <summary>The pre-trained encoder that fine-tuning starts from, and where it came from.</summary>
/// <param name="Encoder">The encoder.</param>
/// <param name="About">Where it came from, in a sentence.</param>
/// <param name="Curve">The epochs of its pre-training; none where it was read from a file.</param>
/// <param name="PeakBytes">The most device memory that pre-training had in use.</param>
internal sealed record StartingPoint(Module Encoder, string About, IReadOnlyList<EpochReport> Curve, long PeakBytes) : IDisposable
{
    public void Dispose() => Encoder.Dispose();
}
