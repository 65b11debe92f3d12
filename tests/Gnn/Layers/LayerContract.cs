using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Layers;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>What every layer keeps: order of edges and nodes, edge cases, gradients, devices, files, freezing, memory.</summary>
/// <remarks>To add a layer, add a row to <see cref="ContractRows"/>.</remarks>
public sealed class LayerContract
{
    private static readonly Device Cpu = TestDevices.Cpu;

    public static IEnumerable<TestCaseData> Rows() => ContractRows.All.Select(row => new TestCaseData(row).SetArgDisplayNames(row.ToString()));

    [Test]
    public void Every_layer_has_a_row()
    {
        var layers = typeof(GcnConv).Assembly.GetTypes().Where(type => type is { IsPublic: true, IsAbstract: false, Namespace: "GraphTune.Gnn.Layers" } && typeof(Module).IsAssignableFrom(type));

        Assert.That(layers.Except(ContractRows.All.Select(row => row.Kind)), Is.Empty);
    }

    [TestCaseSource(nameof(Rows))]
    public void Gives_a_finite_row_for_each_node(object row)
    {
        var (shape, values) = Infer((ContractRow)row, ContractScene.Usual);

        Assert.That(shape, Is.EqualTo(new Shape(Count((ContractRow)row, ContractScene.Usual), ((ContractRow)row).Width)));
        Assert.That(values, Is.All.Matches<float>(float.IsFinite));
    }

    [TestCaseSource(nameof(Rows))]
    public void The_order_of_edges_does_not_matter(object row)
    {
        int[] order = [.. Enumerable.Range(0, ContractScene.Usual.Edges)];
        new Rng(3).Shuffle<int>(order);

        Assert.That(Infer((ContractRow)row, ContractScene.Usual.WithEdges(order)).Values, Is.EqualTo(Infer((ContractRow)row, ContractScene.Usual).Values).Within(1e-5));
    }

    [TestCaseSource(nameof(Rows))]
    public void The_order_of_nodes_is_the_order_of_rows(object row)
    {
        int[] order = [3, 8, 0, 5, 1, 4, 7, 2, 6];
        var (contract, width) = ((ContractRow)row, ((ContractRow)row).Width);
        var usual = Infer(contract, ContractScene.Usual).Values;

        var permuted = Infer(contract, ContractScene.Usual.WithNodes(order)).Values;

        Assert.That(permuted, Is.EqualTo(contract.PerGraph ? usual : [.. order.SelectMany(i => usual[(i * width)..((i + 1) * width)])]).Within(1e-4));
    }

    [TestCaseSource(nameof(Rows))]
    public void A_graph_without_edges_or_nodes_works_forward_and_backward(object row)
    {
        foreach (var scene in new[] { ContractScene.WithoutEdges, ContractScene.Empty })
        {
            using var stage = new ContractStage(scene, Cpu);
            using var layer = ((ContractRow)row).Make(Cpu, new Rng(1));

            var y = Step(layer, stage);

            Assert.That(y, Has.Length.EqualTo(Count((ContractRow)row, scene) * ((ContractRow)row).Width));
            Assert.That(y, Is.All.Matches<float>(float.IsFinite));
            foreach (var (path, p) in layer.Module.Parameters) Assert.That(p.Grad.ToArray(), Is.All.Matches<float>(float.IsFinite), path);
        }
    }

    [TestCaseSource(nameof(Rows))]
    public void Every_gradient_agrees_with_a_difference(object row)
    {
        using var stage = new ContractStage(ContractScene.Usual, Cpu);
        using var layer = ((ContractRow)row).Make(Cpu, new Rng(1));
        IEnumerable<(string, Parameter)> inputs = [("x", stage.X), ("attributes", stage.GivenAttr), ("weights", stage.GivenWeight)];

        foreach (var (path, p) in inputs.Concat(layer.Module.Parameters))
            Assert.That(GradCheck.Error(p, tape => layer.Forward(tape, stage), step: 2e-3f), Is.LessThan(((ContractRow)row).Tolerance), path);
    }

    [TestCaseSource(nameof(Rows))]
    public void Many_runs_of_edges_give_what_one_gives(object row)
    {
        var (one, many) = (All(null), All(4));

        Assert.That(many, Is.EqualTo(one).Within(1e-5));

        float[] All(int? runEdges)
        {
            using var stage = new ContractStage(ContractScene.Usual, Cpu);
            foreach (var graph in stage.Relations.Relations.Append(stage.Graph)) graph.RunEdges = runEdges;
            using var layer = ((ContractRow)row).Make(Cpu, new Rng(1));
            return [.. Step(layer, stage), .. stage.X.Grad.ToArray(), .. stage.GivenAttr.Grad.ToArray(), .. stage.GivenWeight.Grad.ToArray(), .. layer.Module.Parameters.SelectMany(p => p.Value.Grad.ToArray())];
        }
    }

    [TestCaseSource(nameof(Rows))]
    public void Every_device_computes_the_same(object row)
    {
        float[]? first = null;
        foreach (var device in TestDevices.Fast)
        {
            using var stage = new ContractStage(ContractScene.Usual, device);
            using var layer = ((ContractRow)row).Make(device, new Rng(1));
            float[] all = [.. Step(layer, stage), .. stage.X.Grad.ToArray(), .. layer.Module.Parameters.SelectMany(p => p.Value.Grad.ToArray())];
            if (first is null) first = all;
            else Assert.That(all, Is.EqualTo(first).Within(1e-4), device.Name);
        }
    }

    [TestCaseSource(nameof(Rows))]
    public void Saved_and_loaded_it_computes_the_same_bits(object row)
    {
        using var folder = new TempFolder();
        using var stage = new ContractStage(ContractScene.Usual, Cpu);
        using ContractLayer saved = ((ContractRow)row).Make(Cpu, new Rng(1)), loaded = ((ContractRow)row).Make(Cpu, new Rng(2));
        Checkpoint.Save(folder.At("layer.safetensors"), saved.Module);

        Checkpoint.Load(folder.At("layer.safetensors"), loaded.Module);

        Assert.That(loaded.Module.Sha256(), Is.EqualTo(saved.Module.Sha256()));
        Assert.That(Values(loaded, stage), Is.EqualTo(Values(saved, stage)));
    }

    [TestCaseSource(nameof(Rows))]
    public void Frozen_it_stays_as_it_is(object row)
    {
        using var stage = new ContractStage(ContractScene.Usual, Cpu);
        using var layer = ((ContractRow)row).Make(Cpu, new Rng(1));
        foreach (var (_, p) in layer.Module.Parameters) p.Tracks = false;
        var before = layer.Module.Sha256();

        Step(layer, stage);

        Assert.That(layer.Module.Parameters.Where(p => p.Value.HasGrad).Select(p => p.Path), Is.Empty);
        Assert.That(layer.Module.Sha256(), Is.EqualTo(before));
        Assert.That(stage.X.Grad.ToArray(), Is.Not.All.Zero);
    }

    [TestCaseSource(nameof(Rows))]
    public void A_second_step_takes_no_new_buffer(object row)
    {
        using var device = new CpuDevice(1);   // with a pool of its own, which holds nothing of other tests
        using var stage = new ContractStage(ContractScene.Usual, device);
        using var layer = ((ContractRow)row).Make(device, new Rng(1));
        foreach (var p in layer.Module.Parameters.Select(p => p.Value).Append(stage.X)) _ = p.Grad;   // as an optimizer's first step does
        Step(layer, stage);
        var (misses, live) = (device.Pool.Misses, device.Pool.LiveBytes);

        Step(layer, stage);

        Assert.That((device.Pool.Misses, device.Pool.LiveBytes), Is.EqualTo((misses, live)));
    }

    private static int Count(ContractRow row, ContractScene scene) => row.PerGraph ? ContractScene.Graphs : scene.Nodes;

    private static (Shape Shape, float[] Values) Infer(ContractRow row, ContractScene scene)
    {
        using var stage = new ContractStage(scene, Cpu);
        using var layer = row.Make(Cpu, new Rng(1));
        using var tape = Tape.Infer(Cpu);
        var y = layer.Forward(tape, stage);
        return (y.Shape, y.ToArray());
    }

    private static float[] Values(ContractLayer layer, ContractStage stage)
    {
        using var tape = Tape.Infer(Cpu);
        return layer.Forward(tape, stage).ToArray();
    }

    // Forward and backward of Σ y·(y + 1), so that no gradient is 0 for symmetry alone.
    private static float[] Step(ContractLayer layer, ContractStage stage)
    {
        foreach (var (_, p) in layer.Module.Parameters) p.ClearGrad();
        stage.X.ClearGrad();
        using var tape = Tape.Train(stage.Graph.Device, seed: 5);
        var y = layer.Forward(tape, stage);
        tape.Backward((y * (y + 1f)).Sum());
        return y.ToArray();
    }
}
