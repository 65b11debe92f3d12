using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Models;
using GraphTune.Gnn.Optim;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Published encoders of molecules against what PyTorch computed with them: every number within 1e-4 × max(1, |v|).</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Fast))]
public sealed class MolecularParityTests(Device device)
{
    private const double Tolerance = 1e-4;

    [Test]
    public void Embeddings_of_published_encoders_agree(
        [Values("gcn_contextpred", "gcn_supervised_contextpred", "graphsage_contextpred", "gat_contextpred")] string name)
    {
        var golden = new MoleculeFile(SharedData.At("data", "molecules", "golden", $"{name}_16mol.safetensors"));
        using var encoder = Published(name);
        using var graph = golden.To(device);
        using var tape = Tape.Infer(device);

        golden.Compare("node_emb", encoder.Forward(tape, graph).ToArray());
        golden.Compare("graph_emb_mean", encoder.Pooled(tape, graph).ToArray());
        if (golden.Has("layer1_after_batchnorm")) golden.Compare("layer1_after_batchnorm", encoder.Normalised(tape, graph)[0].ToArray());

        Expect(golden, name);
    }

    [Test]
    public void A_batch_of_the_data_set_gives_the_same()
    {
        var golden = new MoleculeFile(SharedData.At("data", "molecules", "golden", "gcn_contextpred_16mol.safetensors"));
        var data = Datasets.OpenGraphs(SharedData.At("data", "molecules", "bbbp"));
        using var encoder = Published("gcn_contextpred");
        using var batch = GraphBatch.From(device, data, 12, 0, 6, 125, 25, 38, 684, 559, 1653, 1216, 835, 763, 1731, 1383, 1033, 1747);
        using var tape = Tape.Infer(device);

        golden.Compare("node_emb", encoder.Forward(tape, MolecularGraph.Of(batch)).ToArray());

        Expect(golden, "gcn_contextpred, from bbbp");
    }

    [Test]
    public void A_training_step_agrees([Values("gcn_contextpred", "gin_random_d32")] string name)
    {
        var golden = new MoleculeFile(SharedData.At("data", "molecules", "golden", $"{name}_grad.safetensors"));
        using var model = Predictor(name, golden);
        using var graph = golden.To(device);
        using (var tape = Tape.Infer(device)) golden.Compare("eval.node_emb", model.Encoder.Forward(tape, graph).ToArray());

        using (var tape = Tape.Train(device))
        using (var target = Tensor.From(device, new Shape(16), golden["target01"]))
        {
            var nodes = model.Encoder.Forward(tape, graph);
            var logits = model.Head.Forward(nodes.Segment(Aggregation.Mean, graph.Molecule)).Reshape(16);
            var loss = logits.BceWithLogits(target);
            golden.Compare("train.node_emb", nodes.ToArray());
            golden.Compare("train.logits", logits.ToArray());
            golden.Compare("train.loss", loss.ToArray());
            tape.Backward(loss);
        }
        foreach (var (path, value) in model.Parameters) golden.Compare($"grad.{Stored(path)}", value.Grad.ToArray());
        foreach (var (path, value) in model.Buffers.Where(b => golden.Has($"after.{Stored(b.Path)}"))) golden.Compare($"after.{Stored(path)}", value.ToArray());

        Step(model);
        foreach (var (path, value) in model.Parameters.Where(p => golden.Has($"adam1.{Stored(p.Path)}"))) golden.Compare($"adam1.{Stored(path)}", value.ToArray());
        Expect(golden, $"{name}, one step");
    }

    private static string Stored(string path) => path.Replace("gnn.", "").Replace("graph_pred_linear.", "head.");

    private static void Step(MolecularPredictor model)
    {
        using var adam = new Adam();
        adam.Step([new ParameterGroup("encoder", model.Select("gnn.*"), 1e-4f), new ParameterGroup("head", model.Select("graph_pred_linear.*"), 1e-3f)]);
    }

    private void Expect(MoleculeFile golden, string name)
    {
        TestContext.Out.WriteLine($"{device} {name}: {golden.Worst:E2} at {golden.WorstName}");
        Assert.That(golden.Worst, Is.LessThanOrEqualTo(Tolerance), golden.WorstName);
    }

    // The files hold the head as it was after the step, which moved every weight by its rate against the sign of its gradient.
    private static void Head(MolecularPredictor model, MoleculeFile golden)
    {
        foreach (var (path, value) in model.Head.Parameters)
            value.Write([.. golden[$"head.{path}"].Zip(golden[$"grad.head.{path}"], (after, g) => after + 1e-3f * g / (MathF.Abs(g) + 1e-8f))]);
    }

    private MolecularEncoder Published(string name)
    {
        var body = Enum.Parse<MolecularBody>(name.Split('_')[0], ignoreCase: true);
        var encoder = new MolecularEncoder(device, new MolecularOptions { Body = body, Dropout = 0f }, new Rng(0));
        Checkpoint.Load(SharedData.At("data", "molecules", "checkpoints", "hu2020", $"{name}.safetensors"), encoder);
        return encoder;
    }

    private MolecularPredictor Predictor(string name, MoleculeFile golden)
    {
        var options = name.StartsWith("gin", StringComparison.Ordinal)
            ? new MolecularOptions { Body = MolecularBody.Gin, Width = 32, Dropout = 0f }
            : new MolecularOptions { Body = MolecularBody.Gcn, Dropout = 0f };
        var model = new MolecularPredictor(device, options, 1, new Rng(0));
        var encoder = options.Body == MolecularBody.Gin ? golden.Part("param.") : SafeTensors.Read(SharedData.At("data", "molecules", "checkpoints", "hu2020", $"{name}.safetensors"));
        Checkpoint.Load(encoder, name, model.Encoder);
        Head(model, golden);
        return model;
    }
}
