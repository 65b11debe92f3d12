using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Models;
using GraphTune.Gnn.Pretrain;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>The pretext tasks that are set on many graphs, with an encoder of codes and with one of features.</summary>
public sealed class GraphPretextTests
{
    private static readonly ContextPrediction Near = new() { Neighbourhood = 2, ContextFrom = 1, ContextTo = 4 };

    private static IEnumerable<IPretext> Tasks =>
    [
        new AttributeMasking(),
        Near,
        Near with { Mode = ContextMode.SkipGram, Negatives = 2 },
        new SupervisedLabels(),
        new EdgePrediction(),
        new EdgePrediction { Pairs = 30 },
        new DeepGraphInfomax(),
        new GraphCl(),
        new Bgrl(),
    ];

    public static IEnumerable<TestCaseData> Cases =>
    [
        .. Tasks.Append(new AttributeMasking { Bonds = true }).Select(task => new TestCaseData(task, true)),
        .. Tasks.Append(new SupervisedLabels { Readout = Aggregation.Sum }).Select(task => new TestCaseData(task, false)),
    ];

    // Smooth: no dropout; for codes one layer of a linear body, for features tanh.
    private static GraphEncoder Encoder(Device device, bool molecules, bool smooth = false) => molecules
        ? new MolecularEncoder(device, new() { Body = smooth ? MolecularBody.Gcn : MolecularBody.Gin, Layers = smooth ? 1 : 2, Width = 8, Dropout = 0f }, new Rng(1))
        : new Encoder(device, new() { Inputs = TinyGraphs.Kinds, Hidden = 8, Layers = 2, Norm = NormKind.Batch, Dropout = 0f, Activation = smooth ? ActivationKind.Tanh : ActivationKind.Relu }, new Rng(1));

    private static GraphDataset Graphs(bool molecules, int graphs) => molecules ? Molecules(graphs) : Alike(graphs);

    // Rings and trees of which every second node has its graph's own kind, so that what is hidden can be guessed from what is around.
    private static GraphDataset Alike(int graphs)
    {
        var data = TinyGraphs.Data(graphs);
        for (var g = 0; g < graphs; g++)
            for (var i = data.NodeStart[g]; i < data.NodeStart[g + 1]; i += 2) data.NodeCodes!.Values[i] = g % TinyGraphs.Kinds;
        return data with { NodeFeatures = data.NodeCodes!.OneHot() };
    }

    // The same with second codes.
    private static GraphDataset Molecules(int graphs)
    {
        var data = Alike(graphs);
        return data with { NodeCodes = Paired(data.NodeCodes!), EdgeCodes = Paired(data.EdgeCodes!), NodeFeatures = null };

        static CodeTable Paired(CodeTable codes) => new(codes.Rows, 2, [.. codes.Values.SelectMany((code, i) => new[] { code, i % 2 })]);
    }

    private static (TrainReport Report, string Sha) Run(IPretext pretext, bool molecules, Device device, int epochs, ulong seed = 1)
    {
        using var encoder = Encoder(device, molecules);
        using var data = PretextData.Of(device, Graphs(molecules, 90), batchSize: 20, seed: seed);
        var report = new Pretrainer { Pretext = pretext, Epochs = epochs, Seed = seed }.Run(encoder, data);
        return (report, encoder.Sha256());
    }

    [TestCaseSource(nameof(Cases))]
    public void The_loss_falls(IPretext pretext, bool molecules)
    {
        var (report, _) = Run(pretext, molecules, TestDevices.Cpu, epochs: 30);

        Assert.That(report.Epochs.TakeLast(5).Average(e => e.Loss), Is.LessThan(0.97 * report.Epochs.Take(3).Average(e => e.Loss)));
    }

    [TestCaseSource(nameof(Cases))]
    public void Same_seed_same_bits_over_thread_counts(IPretext pretext, bool molecules)
    {
        string[] hashes = [.. new[] { 1, 2, 4 }.Select(threads =>
        {
            using var device = new CpuDevice(threads);
            return Run(pretext, molecules, device, epochs: 2).Sha;
        })];

        Assert.That(hashes.Distinct().Count(), Is.EqualTo(1));
        Assert.That(Run(pretext, molecules, TestDevices.Cpu, epochs: 2, seed: 2).Sha, Is.Not.EqualTo(hashes[0]));
    }

    [TestCaseSource(nameof(Cases))]
    public void Every_gradient_agrees_with_a_central_difference(IPretext pretext, bool molecules)
    {
        var device = TestDevices.Cpu;
        using var encoder = Encoder(device, molecules, smooth: true);
        using var data = PretextData.Of(device, Graphs(molecules, 6), batchSize: 6, seed: 3);

        using var model = (pretext is ContextPrediction context ? context with { ContextTo = context.ContextFrom + 1 } : pretext).Around(encoder, data, seed: 5);   // one layer: no kink
        var batch = data.Next();

        Assert.That(() => GradCheck.Verify(model.Parameters, tape => model.Loss(tape, batch, number: 1)), Throws.Nothing);
    }

    [TestCaseSource(nameof(Cases))]
    public void From_some_epochs_on_hardly_any_memory_is_taken_and_none_is_kept(IPretext pretext, bool molecules)
    {
        using var device = new CpuDevice(2);
        using var encoder = Encoder(device, molecules);
        var misses = new List<long>();
        long before;
        using (var data = PretextData.Of(device, Graphs(molecules, 90), batchSize: 20, seed: 1))
        {
            new Pretrainer { Pretext = pretext, Epochs = 14, Progress = _ => misses.Add(device.Pool.Misses) }.Run(encoder, data);
        }
        before = device.Pool.LiveBytes;
        using (var data = PretextData.Of(device, Graphs(molecules, 90), batchSize: 20, seed: 1)) new Pretrainer { Pretext = pretext, Epochs = 2 }.Run(encoder, data);

        Assert.That(misses[^1] - misses[7], Is.LessThan(64), "sizes of batches and draws differ, so now and then a larger buffer is needed");
        Assert.That(device.Pool.LiveBytes, Is.EqualTo(before));
    }

    [TestCaseSource(nameof(Cases))]
    public void Every_device_computes_the_same_loss(IPretext pretext, bool molecules)
    {
        float[] losses = [.. TestDevices.Fast.Select(device =>
        {
            using var encoder = Encoder(device, molecules);
            using var data = PretextData.Of(device, Graphs(molecules, 12), batchSize: 12, seed: 3);
            using var model = pretext.Around(encoder, data, seed: 5);
            using var tape = Tape.Train(device);
            var loss = model.Loss(tape);
            tape.Backward(loss);
            return loss.Item();
        })];

        Assert.That(losses, Is.All.EqualTo(losses[0]).Within(1e-4));
    }

    [Test]
    public void The_context_loss_is_what_the_formula_says([Values] ContextMode mode, [Values(1, 2)] int negatives)
    {
        var (device, graphs, options) = (TestDevices.Cpu, Alike(12), Near with { Mode = mode, Negatives = negatives });
        using var encoder = new Encoder(device, new() { Inputs = TinyGraphs.Kinds, Hidden = 8, Dropout = 0f }, new Rng(1));
        using var data = PretextData.Of(device, graphs, batchSize: 12, seed: 3);
        using var model = options.Around(encoder, data, seed: 5);
        using var tape = Tape.Train(device);
        var batch = data.Next();

        var loss = model.Loss(tape, batch, number: 1).Item();

        var drawn = ContextPairs.Draw(graphs, batch.Ids, options, new Rng(5, 1));
        float[][] near = Rows(encoder, drawn.Neighbourhoods), far = Rows((Encoder)model.Children.First(part => part.Name == "context").Value, drawn.Contexts);
        var sum = 0.0;
        var count = 0;
        for (var i = 0; i < drawn.Count; i++)
        {
            float[][] anchors = [.. drawn.Anchors.Where((_, a) => drawn.ContextOfAnchor[a] == i).Select(row => far[row])];
            double[][] compared = mode == ContextMode.Cbow ? [[.. Enumerable.Range(0, 8).Select(j => anchors.Average(row => (double)row[j]))]] : [.. anchors.Select(row => Array.ConvertAll(row, x => (double)x))];
            foreach (var row in compared)
                for (var k = 0; k <= negatives; k++, count++)
                {
                    var score = row.Zip(near[drawn.Centres[(i + k) % drawn.Count]], (a, b) => a * b).Sum();
                    sum += Math.Log(1 + Math.Exp(k == 0 ? -score : score));
                }
        }
        Assert.That(drawn.Count, Is.GreaterThan(6));
        Assert.That(loss, Is.EqualTo(sum / count).Within(1e-5));

        float[][] Rows(Encoder of, GraphDataset parts)
        {
            using var all = GraphBatch.From(device, parts, [.. Enumerable.Range(0, parts.Graphs)]);
            using var infer = Tape.Infer(device);
            return [.. of.Embed(infer, all).ToArray().Chunk(8)];
        }
    }

    [Test]
    public void What_a_task_cannot_be_set_on_is_said_in_a_line()
    {
        var device = TestDevices.Cpu;
        using GraphEncoder codes = Encoder(device, molecules: true), features = Encoder(device, molecules: false);
        using var molecules = PretextData.Of(device, Molecules(8));
        using var graphs = PretextData.Of(device, TinyGraphs.Data(8));
        using var beyond = PretextData.Of(device, Molecules(8) is var data ? data with { NodeCodes = new CodeTable(data.Nodes, 2, [.. Enumerable.Repeat(119, 2 * data.Nodes)]) } : null!);

        Assert.That(() => new AttributeMasking().Around(codes, beyond, 1), Refused("0 to 118"));
        Assert.That(() => new AttributeMasking { Bonds = true }.Around(features, graphs, 1), Refused("molecules only"));
        Assert.That(() => new AttributeMasking().Around(features, molecules, 1), Refused("no node features"));
        Assert.That(() => new AttributeMasking { Share = 1.5f }.Around(codes, molecules, 1), Refused("0 to 1"));
        Assert.That(() => (Near with { ContextFrom = 2 }).Around(codes, molecules, 1), Refused("within the neighbourhood"));
        Assert.That(() => new ContextPrediction { Neighbourhood = 60, ContextFrom = 50, ContextTo = 70 }.Around(codes, molecules, 1), Refused("narrow the context"));
        Assert.That(() => new EdgePrediction { Pairs = 0 }.Around(codes, molecules, 1), Refused("at least 1"));
        using var unlabelled = PretextData.Of(device, Molecules(8) with { Tasks = [], Labels = [] });
        Assert.That(() => new SupervisedLabels().Around(codes, unlabelled, 1), Refused("no labels"));

        static NUnit.Framework.Constraints.Constraint Refused(string why) => Throws.TypeOf<InvalidDataException>().With.Message.Contains(why).And.Message.Not.Contains("\n");
    }

    [Test]
    public void A_batch_without_anything_to_learn_from_has_loss_0()
    {
        var device = TestDevices.Cpu;
        var data = Molecules(40) with { Labels = [.. Enumerable.Range(0, 80).Select(k => k < 60 ? float.NaN : k % 2)] };
        int[] silent = [.. Enumerable.Range(0, 20)];
        using var encoder = Encoder(device, molecules: true);
        using var batches = PretextData.Of(device, data, batchSize: 10, graphs: silent);

        var report = new Pretrainer { Pretext = new SupervisedLabels(), Epochs = 2 }.Run(encoder, batches);

        Assert.That(report.Epochs.Select(e => e.Loss), Is.All.Zero);
    }
}
