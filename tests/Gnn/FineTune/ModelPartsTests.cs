using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Models;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ModelPartsTests
{
    private static MolecularOptions Molecules => new() { Body = MolecularBody.Gin, Layers = 3, Width = 10 };

    [Test]
    public void The_head_is_the_top_layer_whatever_it_is_called()
    {
        using var model = new MolecularPredictor(TestDevices.Cpu, Molecules, tasks: 2, new Rng(1));

        var parts = ModelParts.Of(model);

        Assert.That(parts.Head.Select(p => p.Path), Is.EqualTo(new[] { "graph_pred_linear.weight", "graph_pred_linear.bias" }));
        Assert.That(parts.Encoder.Select(p => p.Path), Is.EqualTo(model.Parameters.Select(p => p.Path).Where(path => path.StartsWith("gnn.", StringComparison.Ordinal))));
    }

    [Test]
    public void A_probe_and_two_rates_work_on_molecules()
    {
        using var model = new MolecularPredictor(TestDevices.Cpu, Molecules, tasks: 2, new Rng(1));

        Assert.That(new LinearProbe().Groups(model, 0).SelectMany(g => g.Parameters).Count(), Is.EqualTo(2));
        Assert.That(new DiscriminativeRates().Groups(model, 0).SelectMany(g => g.Parameters).Count(), Is.EqualTo(model.Parameters.Count()));
    }

    [Test]
    public void An_encoder_and_its_head_run_apart_give_what_they_give_together()
    {
        using var task = Tiny.Task(TestDevices.Cpu);
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 1);
        using var tape = Tape.Infer(TestDevices.Cpu);
        var x = tape.Input(task.Features);

        Assert.That(model.Score(task.Graph, model.Embed(task.Graph, x)).ToArray(), Is.EqualTo(model.Forward(task.Graph, x).ToArray()));
    }

    [Test]
    public void A_graph_model_runs_apart_too()
    {
        using var batch = GraphBatch.From(TestDevices.Cpu, TinyMolecules.Data(), 0, 3, 5);
        using var model = new MolecularPredictor(TestDevices.Cpu, Molecules, tasks: 2, new Rng(1));
        using var tape = Tape.Infer(TestDevices.Cpu);

        var apart = model.Score(model.Pool(batch, model.Embed(tape, batch)));

        Assert.That(apart.ToArray(), Is.EqualTo(model.Forward(tape, batch).ToArray()));
    }
}
