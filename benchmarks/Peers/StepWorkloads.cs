using GraphTune.Engine;

namespace GraphTune.Benchmarks.Peers;

/// <summary>Training steps. What is compared is the loss and every gradient, from the same weights and without dropout; what is timed is the step with it.</summary>
internal static class StepWorkloads
{
    private const double Tolerance = 1e-4;   // gradients are sums over all nodes, in another order

    public static IEnumerable<Workload> All => StepRecipe.AllAndKept.Select(Step);

    private static Workload Step(StepRecipe recipe)
    {
        float[]? features = null;
        return new($"step-{recipe.Name}", Tolerance, () => (features, _) = (recipe.Graph.NodeFeatures(), Inputs.Graph(recipe.Graph)),
            threads => new OurStep(recipe, features!, threads),
            [.. TorchGraph.Forms.Where(form => recipe.Model != "gat" || form != "sparse mm")
                .Select<string, Func<IContender>>(form => () => new TorchStep(recipe, Inputs.Graph(recipe.Graph), features!, form))]);
    }

    private sealed class OurStep : IContender
    {
        private readonly CpuDevice device;
        private readonly TrainingStep step;

        public OurStep(StepRecipe recipe, float[] features, int threads)
        {
            device = new CpuDevice(threads);
            step = new TrainingStep(recipe, Inputs.Graph(recipe.Graph), features, device);
        }

        public string Form => "TrainingStep";

        public void Run() => step.Run();

        public float[][] Result() => step.Gradients();

        public void Dispose()
        {
            step.Dispose();
            device.Dispose();
        }
    }
}
