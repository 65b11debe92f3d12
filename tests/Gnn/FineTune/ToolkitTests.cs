using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.FineTune;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>What every strategy moves, on models of nodes and of molecules.</summary>
public sealed class ToolkitTests
{
    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (var scene in Enum.GetValues<Scene>())
        {
            yield return Case(new ProbeThenTune(new Full()), _ => false);
            yield return Case(new Surgical(new Full()), path => path.Contains("convs.0.") || path.Contains("encoder.norms.0.") || path.Contains("x_embedding"));
            yield return Case(new Surgical(new Full(), "*norms.1.*"), path => path.Contains("norms.1."));
            yield return Case(new BiasOnly(), path => path.EndsWith(".bias", StringComparison.Ordinal));
            yield return Case(new Lora(Rank: 2), path => path.EndsWith("lin.weight", StringComparison.Ordinal) || path.EndsWith("mlp.0.weight", StringComparison.Ordinal) || path.EndsWith("mlp.2.weight", StringComparison.Ordinal));
            yield return Case(new Adapters(Bottleneck: 3), path => path.Contains(".adapters."));
            yield return Case(new GraphPrompt(), path => path.Contains(".prompt."));
            yield return Case(new GraphPrompt(Vectors: 3), path => path.Contains(".prompt."));
            yield return Case(new L2Sp(new Full()), _ => true);
            yield return Case(new Bss(new Full()), _ => true);
            yield return Case(new Delta(new Full()), _ => true);
            yield return Case(new Gtot(new Full()), _ => true);
            yield return Case(new Delta(new Bss(new Surgical(new Full(), "*norms.1.*"))), path => path.Contains("norms.1."));

            TestCaseData Case(IStrategy strategy, Func<string, bool> moves) => new TestCaseData(scene, strategy, moves).SetArgDisplayNames($"{scene}", $"{strategy}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void A_strategy_moves_what_it_should_and_nothing_else(Scene scene, IStrategy strategy, Func<string, bool> moves)
    {
        using var model = scene.Model(TestDevices.Cpu);
        strategy.Prepare(model);
        var before = Tiny.Values(model);

        scene.Run(new FineTuner { Strategy = strategy, Epochs = 1, StepsPerEpoch = 3 }, model);

        var after = Tiny.Values(model);
        Assert.That(after.Where(w => !w.Value.AsSpan().SequenceEqual(before[w.Key])).Select(w => w.Key),
            Is.EquivalentTo(after.Keys.Where(path => TuningScene.IsHead(path) || moves(path))));
    }

    [Test]
    public void Parts_of_a_strategy_change_nothing_at_first([Values] Scene scene)
    {
        foreach (var strategy in new IStrategy[] { new Lora(), new Adapters(), new GraphPrompt(), new GraphPrompt(4), new BiasOnly() })
        {
            using var model = scene.Model(TestDevices.Cpu);
            var before = scene.Output(model);

            strategy.Prepare(model);

            Assert.That(scene.Output(model), Is.EqualTo(before), $"{strategy}");
        }
    }

    [Test]
    public void Merged_low_rank_parts_give_what_they_gave_apart([Values] Scene scene)
    {
        using var model = scene.Model(TestDevices.Cpu);
        var plain = model.Weights.Select(w => w.Path).ToArray();
        var strategy = new Lora(Rank: 3, LearningRate: 0.05f);
        strategy.Prepare(model);
        scene.Run(new FineTuner { Strategy = new Unfinished(strategy), Epochs = 2, StepsPerEpoch = 3 }, model);
        var apart = scene.Output(model);

        strategy.Finish(model);

        Assert.That(scene.Output(model), Is.EqualTo(apart).Within(1e-5));
        Assert.That(model.Weights.Select(w => w.Path), Is.EqualTo(plain));
    }

    [Test]
    public void Same_bits_with_any_number_of_threads([Values] Scene scene)
    {
        foreach (var strategy in new IStrategy[] { new Lora(), new Adapters(), new GraphPrompt(4), new Bss(new Full()), new Delta(new Full()), new Gtot(new Full()) })
        {
            var hashes = new HashSet<string>();
            foreach (var threads in new[] { 1, 2, 4 })
            {
                using var device = new CpuDevice(threads);
                using var model = scene.Model(device);
                hashes.Add(scene.Run(new FineTuner { Strategy = strategy, Epochs = 1, StepsPerEpoch = 3, Average = WeightAverage.Ema() }, model).WeightsSha256);
            }
            Assert.That(hashes, Has.Count.EqualTo(1), $"{strategy}");
        }
    }

    [Test]
    public void A_file_carries_adapters_and_prompts_to_the_model_that_loads_it()
    {
        using var folder = new TempFolder();
        using var model = Scene.Nodes.Model(TestDevices.Cpu);
        Scene.Nodes.Run(new FineTuner { Strategy = new Adapters(Bottleneck: 5), Epochs = 2, StepsPerEpoch = 2 }, model);
        new GraphPrompt(3).Prepare(model);
        Checkpoint.Save(folder.At("m.safetensors"), model);

        using var loaded = NodeClassifier.Load(folder.At("m.safetensors"), TestDevices.Cpu);

        Assert.That(loaded.Sha256(), Is.EqualTo(model.Sha256()));
        Assert.That(Scene.Nodes.Output(loaded), Is.EqualTo(Scene.Nodes.Output(model)));
    }

    [Test]
    public void A_model_without_a_place_for_parts_is_told_so()
    {
        using var linear = new Linear(TestDevices.Cpu, 3, 2, new Rng(1));

        Assert.That(() => new Adapters().Prepare(linear), Throws.ArgumentException.With.Message.Contains("IAdaptable"));
        Assert.That(() => new Surgical(new Full(), "convs.9.*").Groups(linear, 0), Throws.ArgumentException.With.Message.Contains("convs.9.*"));
    }

    // Leaves the parts in, to look at them.
    private sealed record Unfinished(IStrategy Inner) : Composed(Inner)
    {
        public override void Finish(Module model) { }
    }
}
