using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Layers;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Attention trains where a buffer of edges × features, 51 MB here, has no room.</summary>
public sealed class AttentionMemoryTests
{
    private const int Nodes = 2000, Edges = 200_000, Heads = 4, Channels = 16, Width = Heads * Channels;

    [Test]
    public void GAT() => Trains(device => new GatConv(device, Width, Channels, Heads, new Rng(1)) { Dropout = 0.5f }, (layer, graph, x) => layer.Forward(graph, x));

    [Test]
    public void GATv2() => Trains(device => new Gatv2Conv(device, Width, Channels, Heads, new Rng(1)) { Dropout = 0.5f }, (layer, graph, x) => layer.Forward(graph, x));

    [Test]
    public void A_transformer() => Trains(device => new TransformerConv(device, Width, Channels, Heads, new Rng(1)) { Dropout = 0.5f }, (layer, graph, x) => layer.Forward(graph, x));

    private static void Trains<TLayer>(Func<Device, TLayer> make, Func<TLayer, Graph, Var, Var> run) where TLayer : Module
    {
        using var device = new CpuDevice(2) { MemoryLimit = 4L * Edges * Width / 2 };
        var rng = new Rng(1);
        int[] source = [.. Enumerable.Range(0, Edges).Select(_ => rng.Next(Nodes))], target = [.. Enumerable.Range(0, Edges).Select(_ => rng.Next(Nodes))];
        using var graph = Graph.From(device, Nodes, source, target);
        using var layer = make(device);
        using var x = Any.Tensor(device, new Shape(Nodes, Width));

        for (var step = 0u; step < 2; step++)
        {
            using var tape = Tape.Train(device, seed: 1, step);
            var y = run(layer, graph, tape.Input(x));
            tape.Backward((y * y).Mean());
        }

        Assert.That(layer.Parameters.All(p => p.Value.Grad.ToArray().All(float.IsFinite) && p.Value.Grad.ToArray().Any(g => g != 0f)));
    }
}
