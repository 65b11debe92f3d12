using GraphTune.Engine;

namespace GraphTune.Benchmarks.Peers;

/// <summary>Epochs over many small graphs: Tox21's 6,264 training molecules in batches of 32, the five layers of Hu et al. 2020.</summary>
/// <remarks>
/// A run is a seventh of an epoch, 28 of its 196 batches; the next run goes on where it ended. Ours makes its batches meanwhile, the
/// peer's lie ready. What is compared is the first batch: loss, logits and every gradient, from published weights and without dropout.
/// </remarks>
internal static class EpochWorkloads
{
    public const int Steps = 28;
    private const double Tolerance = 1e-4;   // gradients are sums over all atoms, in another order

    public static Workload Tox21 { get; } = new("epoch-tox21-gcn", Tolerance, () => _ = Molecules.Tox21,
        threads => new Ours(threads), [.. TorchMolecules.Forms.Select<string, Func<IContender>>(form => () => new TorchMolecules(Molecules.Tox21, form))]);

    private sealed class Ours : IContender
    {
        private readonly CpuDevice device;
        private readonly MoleculeStep step;

        public Ours(int threads) => step = new MoleculeStep(Molecules.Tox21, device = new CpuDevice(threads));

        public string Form => "MolecularPredictor";

        public void Run()
        {
            for (var i = 0; i < Steps; i++) step.Run();
        }

        public float[][] Result() => step.Gradients();

        public void Dispose()
        {
            step.Dispose();
            device.Dispose();
        }
    }
}
