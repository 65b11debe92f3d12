using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Layers;
using GraphTune.Gnn.Optim;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>How many kernels a training step queues on an accelerator: each costs some microseconds, however small the graph.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Fast))]
public sealed class LaunchTests(Device device)
{
    private const int Most = 25, Features = 32, Hidden = 16, Classes = 7;

    [Test]
    public void A_step_of_two_convolutions_takes_at_most_25([Values(300, 9000)] int nodes, [Values] bool sparse)
    {
        if (device is not GpuDevice gpu) { Assert.Ignore("launches are counted on accelerators"); return; }
        var rng = new Rng(1);
        int[] Ends() => [.. Enumerable.Range(0, 4 * nodes).Select(_ => rng.Next(nodes))];
        using var graph = Graph.From(device, new EdgeList(nodes, Ends(), Ends()).RemoveSelfLoops().Edges);
        using var x = Any.Tensor(device, new Shape(nodes, Features));
        using var words = SparseTensor.From(device, HostCsr.From(nodes, Features, [.. Enumerable.Range(0, nodes)], [.. Enumerable.Range(0, nodes).Select(i => i % Features)]), Any.Values(nodes));
        using Indices labels = Indices.From(device, [.. Enumerable.Range(0, nodes).Select(i => i % Classes)]), rows = Indices.From(device, [.. Enumerable.Range(0, nodes / 2)]);
        using GcnConv first = new(device, Features, Hidden, rng), second = new(device, Hidden, Classes, rng);
        using var optimizer = new AdamW();
        ParameterGroup[] groups = [new("all", [.. first.Parameters.Select(p => ($"1.{p.Path}", p.Value)), .. second.Parameters.Select(p => ($"2.{p.Path}", p.Value))], 0.01f)];
        long Step(uint step)
        {
            var before = gpu.Launches;
            foreach (var (_, p) in groups[0].Parameters) p.ClearGrad();
            using var tape = Tape.Train(device, seed: 1, step);
            using var input = sparse ? first.Forward(graph, tape.Input(words).Dropout(0.5f)) : first.Forward(graph, tape.Input(x));
            using var hidden = input.ReluDropout(0.5f);
            tape.Backward(second.Forward(graph, hidden).CrossEntropy(labels, rows));
            optimizer.Step(groups);
            return gpu.Launches - before;
        }

        _ = Step(0);   // lays out the parameters, normalises the graph

        Assert.That(Step(1), Is.LessThanOrEqualTo(Most));
        TestContext.Out.WriteLine($"{nodes} nodes, {(sparse ? "sparse" : "dense")}: {Step(2)} launches");
    }
}
