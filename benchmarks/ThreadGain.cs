using System.Globalization;
using System.Runtime.InteropServices;
using GraphTune.Engine;

namespace GraphTune.Benchmarks;

/// <summary>Sums and training steps on one thread and on several, by turns: how much faster, and whether every bit is the same.</summary>
/// <remarks>
/// The pace of a shared machine drifts within seconds, as its neighbours come and go: two runs one after the other say little, so
/// both are measured by turns. Where no quiet moment was found there is no ratio: processor time leaves out the waiting for each other.
/// </remarks>
internal static class ThreadGain
{
    private const int Steps = 3;   // before weights are compared

    /// <summary>Prints a line for each workload whose name begins with <paramref name="prefix"/>.</summary>
    /// <returns>Whether there was one, and all bits agree.</returns>
    public static bool Print(string prefix, int threads, TextWriter to)
    {
        var (any, equal) = (false, true);
        foreach (var (name, make) in Workloads().Where(w => w.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using Load one = make(new CpuDevice(1)), several = make(new CpuDevice(threads));
            var same = one.Bits().SequenceEqual(several.Bits());
            var laps = new Race(Wanted: 15, BudgetSeconds: 30, SampleSeconds: 0.2).Run(one.Run, several.Run);
            (any, equal) = (true, equal && same);
            var gain = laps[0].Quiet ? string.Create(CultureInfo.InvariantCulture, $"{laps[0].Milliseconds / laps[1].Milliseconds:F2} ({laps[0].Best / laps[1].Best:F2} of the best)") : "no quiet moment, the caller's processor time";
            to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-15} {laps[0].Milliseconds,9:G4} ms on one thread, {laps[1].Milliseconds,9:G4} on {threads}: {gain}, bits {(same ? "equal" : "DIFFER")}"));
        }
        return any && equal;
    }

    private static IEnumerable<(string Name, Func<CpuDevice, Load> Make)> Workloads()
    {
        foreach (var (graph, width) in new[] { (GraphRecipe.Cora, 64), (GraphRecipe.Cora, 1433), (GraphRecipe.Arxiv, 64), (GraphRecipe.Arxiv, 128) })
            yield return ($"spmm-{graph.Name}-{width}", cpu => new SumLoad(cpu, graph, width));
        foreach (var recipe in StepRecipe.AllAndKept) yield return ($"step-{recipe.Name}", cpu => new StepLoad(cpu, recipe));
    }

    private abstract class Load(CpuDevice cpu) : IDisposable
    {
        public abstract void Run();

        public abstract int[] Bits();

        public virtual void Dispose() => cpu.Dispose();
    }

    private sealed class SumLoad(CpuDevice cpu, GraphRecipe recipe, int width) : Load(cpu)
    {
        private readonly SumPass pass = new(cpu, recipe, width);

        public override void Run() => pass.Run();

        public override int[] Bits()
        {
            Run();
            return [.. MemoryMarshal.Cast<float, int>(pass.Y.ToArray())];
        }

        public override void Dispose()
        {
            pass.Dispose();
            base.Dispose();
        }
    }

    private sealed class StepLoad(CpuDevice cpu, StepRecipe recipe) : Load(cpu)
    {
        private readonly TrainingStep step = new(recipe, SyntheticGraph.Generate(recipe.Graph), recipe.Graph.NodeFeatures(), cpu);

        public override void Run() => step.Run();

        public override int[] Bits()
        {
            for (var i = 0; i < Steps; i++) step.Run();
            return [.. step.Weights().SelectMany(w => MemoryMarshal.Cast<float, int>(w).ToArray())];
        }

        public override void Dispose()
        {
            step.Dispose();
            base.Dispose();
        }
    }
}
