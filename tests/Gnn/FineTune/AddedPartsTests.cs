using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Models;
using GraphTune.Gnn.Sampling;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Low-rank parts, adapters and prompts in every kind of encoder.</summary>
public sealed class AddedPartsTests
{
    private static readonly IStrategy[] Parts = [new Lora(Rank: 2), new Adapters(Bottleneck: 3), new GraphPrompt(2)];

    // Every added parameter away from what it was at first.
    private static void Stir(Module model)
    {
        foreach (var (i, (path, p)) in model.Parameters.Index())
            if (path.Contains("lora") || path.Contains("adapters") || path.Contains("prompt")) p.Write([.. p.ToArray().Select((v, k) => v + 0.2f * MathF.Sin(i + 1.3f * k))]);
    }

    [Test]
    public void They_change_nothing_at_first_and_something_once_they_have_learnt([Values] ConvolutionKind convolution)
    {
        foreach (var strategy in Parts)
        {
            using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(convolution), seed: 4);
            var before = Scene.Nodes.Output(model);

            strategy.Prepare(model);
            Assert.That(Scene.Nodes.Output(model), Is.EqualTo(before), $"{strategy}");
            Stir(model);
            Assert.That(Scene.Nodes.Output(model), Is.Not.EqualTo(before).Within(1e-3), $"{strategy}");
        }
    }

    [Test]
    public void They_work_in_every_body_of_molecules([Values] MolecularBody body)
    {
        foreach (var strategy in Parts)
        {
            using var model = new MolecularPredictor(TestDevices.Cpu, new MolecularOptions { Body = body, Layers = 2, Width = 8 }, tasks: 2, new Rng(1));
            var before = Scene.Molecules.Output(model);

            strategy.Prepare(model);
            Assert.That(Scene.Molecules.Output(model), Is.EqualTo(before), $"{strategy}");
            Stir(model);
            Assert.That(Scene.Molecules.Output(model), Is.Not.EqualTo(before).Within(1e-3), $"{strategy}");
        }
    }

    [Test]
    public void In_slices_and_sampled_with_all_neighbours_they_give_what_one_pass_gives([Values] ConvolutionKind convolution)
    {
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(convolution), seed: 4);
        foreach (var strategy in Parts) strategy.Prepare(model);
        Stir(model);

        var y = new LayerwiseInference(TestDevices.Cpu, NeighbourSampler.PatternOf(TestDevices.Cpu, Tiny.Data.Edges), slice: 100).Logits(model, Tiny.Data.Features);

        Assert.That(y.Dense, Is.EqualTo(Scene.Nodes.Output(model)).Within(1e-4));
    }

    [Test]
    public void Merged_maps_give_the_same_in_every_kind([Values] ConvolutionKind convolution)
    {
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(convolution), seed: 4);
        var strategy = new Lora(Rank: 2);
        strategy.Prepare(model);
        Stir(model);
        var apart = Scene.Nodes.Output(model);

        strategy.Finish(model);

        Assert.That(Scene.Nodes.Output(model), Is.EqualTo(apart).Within(1e-5));
        Assert.That(model.Parameters.Select(p => p.Path), Has.None.Contains("lora"));
    }

    [Test]
    public void Penalties_train_on_sampled_batches_but_for_transport_which_needs_edges()
    {
        var task = new SampledTask(TestDevices.Cpu, Tiny.Data) { FanOut = [5, 5], BatchSize = 16 };
        var tuner = new FineTuner { Strategy = new Delta(new Bss(new Full())), Epochs = 1 };
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 4);

        Assert.That(tuner.Run(model, task).Training.Epochs, Has.Count.EqualTo(1));
        Assert.That(() => (tuner with { Strategy = new Gtot(new Full()) }).Run(model, task), Throws.InvalidOperationException.With.Message.Contains("whole graphs"));
    }

    [Test]
    public void A_score_on_validation_rows_is_the_one_that_training_reports([Values] Scene scene)
    {
        using var model = scene.Model(TestDevices.Cpu);
        var tuner = new FineTuner { Strategy = new Full(1e-2f), Epochs = 2, StepsPerEpoch = 2 };
        var report = scene.Run(tuner, model);
        using var task = Tiny.Task(TestDevices.Cpu);

        var score = model is NodeClassifier nodes ? tuner.Validate(nodes, task) : tuner.Validate((IGraphModel)model, new GraphTune.Gnn.Data.GraphTask(TestDevices.Cpu, TinyMolecules.Data(80)) { BatchSize = 16 });

        Assert.That(score, Is.EqualTo(report.Validation));
    }
}
