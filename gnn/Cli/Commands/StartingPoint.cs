using GraphTune.Gnn;
using GraphTune.Gnn.Pretrain;

namespace GraphTune.Cli.Commands;

/// <summary>The pre-trained encoder that fine-tuning starts from, and where it came from.</summary>
/// <param name="Encoder">The encoder.</param>
/// <param name="About">Where it came from, in a sentence.</param>
/// <param name="Curve">The epochs of its pre-training; none where it was read from a file.</param>
/// <param name="PeakBytes">The most device memory that pre-training had in use.</param>
/// <param name="Statistics">What the graphs of its pre-training looked like; null where its file does not say.</param>
internal sealed record StartingPoint(Module Encoder, string About, IReadOnlyList<EpochReport> Curve, long PeakBytes, PretrainingStatistics? Statistics) : IDisposable
{
    public void Dispose() => Encoder.Dispose();
}
