namespace GraphTune.Benchmarks.Peers;

/// <summary>A piece of work that both sides do.</summary>
/// <param name="Name">What <c>--only</c> calls it.</param>
/// <param name="Tolerance">How far results may be apart, relative to the largest number of their part.</param>
/// <param name="Prepare">Makes what both sides start from.</param>
/// <param name="Ours">Makes our side, for a number of threads.</param>
/// <param name="Peers">Make the peer's side, in each form that it has.</param>
internal sealed record Workload(string Name, double Tolerance, Action Prepare, Func<int, IContender> Ours, params Func<IContender>[] Peers)
{
    /// <summary>The hot set, in the order it is run.</summary>
    public static IReadOnlyList<Workload> Hot { get; } =
        [.. SpMMWorkloads.All, .. ReferenceWorkloads.All, .. StepWorkloads.All, .. GemmWorkloads.All, AdamWWorkload.AdamW, DropoutWorkload.BiasReluDropout, EpochWorkloads.Tox21];
}
