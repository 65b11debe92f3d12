using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Layers;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>A layer gives the same for features kept sparse as for the same features kept dense, and so do its gradients.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Fast))]
public sealed class SparseInputTests(Device device)
{
    private const int Nodes = 33, Inputs = 21, Outputs = 8;

    private static readonly float[] Dense = [.. Any.Values(Nodes * Inputs).Select(v => v < 0.7f ? 0f : v)];

    private static SparseTensor Sparse(Device device)
    {
        int[] at = [.. Enumerable.Range(0, Dense.Length).Where(i => Dense[i] != 0f)];
        var rows = HostCsr.From(Nodes, Inputs, [.. at.Select(i => i / Inputs)], [.. at.Select(i => i % Inputs)]);
        return SparseTensor.From(device, rows, [.. at.Select(i => Dense[i])]);
    }

    [Test]
    public void A_graph_convolution() => Check(new GcnConv(device, Inputs, Outputs, new Rng(1)), (l, g, x) => l.Forward(g, x), (l, g, x) => l.Forward(g, x));

    [Test]
    public void GraphSAGE() => Check(new SageConv(device, Inputs, Outputs, new Rng(1)), (l, g, x) => l.Forward(g, x), (l, g, x) => l.Forward(g, x));

    [Test]
    public void Graph_attention() => Check(new GatConv(device, Inputs, Outputs / 2, 2, new Rng(1)), (l, g, x) => l.Forward(g, x), (l, g, x) => l.Forward(g, x));

    [Test]
    public void GraphSAGE_with_a_maximum_says_that_it_needs_dense_features()
    {
        using var layer = new SageConv(device, Inputs, Outputs, new Rng(1)) { Aggr = Aggregation.Max };
        using var graph = Ring(device);
        using var sparse = Sparse(device);
        using var tape = Tape.Infer(device);

        Assert.That(() => layer.Forward(graph, tape.Input(sparse)), Throws.InvalidOperationException.With.Message.Contains("Max needs dense features"));
    }

    private void Check<TLayer>(TLayer layer, Func<TLayer, Graph, Var, Var> ofDense, Func<TLayer, Graph, SparseVar, Var> ofSparse) where TLayer : Module
    {
        using var graph = Ring(device);
        using var dense = Tensor.From(device, new Shape(Nodes, Inputs), Dense);
        using var sparse = Sparse(device);

        var expected = Results(tape => ofDense(layer, graph, tape.Input(dense)));
        var actual = Results(tape => ofSparse(layer, graph, tape.Input(sparse)));

        Assert.That(actual, Is.EqualTo(expected).Within(1e-5f));
        layer.Dispose();

        float[] Results(Func<Tape, Var> forward)
        {
            foreach (var (_, parameter) in layer.Parameters) parameter.ClearGrad();
            using var tape = Tape.Train(device);
            var y = forward(tape);
            using var direction = Any.Tensor(device, y.Shape, seed: 9);
            tape.Backward(new Dot(y, direction).Apply());
            return [.. y.ToArray(), .. layer.Parameters.SelectMany(p => p.Value.Grad.ToArray())];
        }
    }

    private static Graph Ring(Device device) =>
        Graph.From(device, Nodes, [.. Enumerable.Range(0, Nodes)], [.. Enumerable.Range(0, Nodes).Select(i => (i + 5) % Nodes)]);
}
