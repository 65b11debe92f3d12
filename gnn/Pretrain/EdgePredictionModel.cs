using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Pretrain;

/// <summary>The encoder with a linear bridge; the first half of the pairs are edges, the second half are drawn at random.</summary>
internal sealed class EdgePredictionModel : PretextModel
{
    private const uint WeightStream = uint.MaxValue;   // steps count up from 1
    private readonly Graph graph;
    private readonly EdgeList edges;
    private readonly Tensor features, truth;
    private readonly Linear bridge;
    private readonly int[] source, target;
    private Csr? into, outOf;

    public EdgePredictionModel(EdgePrediction options, Encoder encoder, Graph graph, Tensor features, ulong seed) : base(encoder, seed)
    {
        (this.graph, this.features, edges) = (graph, features, graph.ToEdgeList());
        var (width, pairs) = (encoder.Options.Hidden, Math.Min(options.Pairs, graph.Edges));
        bridge = Add("bridge", new Linear(features.Device, width, width, new Rng(seed, WeightStream), bias: false));
        truth = AddBuffer("truth", Tensor.From(features.Device, new Shape(2 * pairs), [.. Enumerable.Repeat(1f, pairs), .. new float[pairs]]));
        (source, target) = (new int[2 * pairs], new int[2 * pairs]);
    }

    protected override Var Loss(Tape tape, Rng rng)
    {
        Draw(rng);
        var z = bridge.Forward(Encoder.Forward(graph, tape.Input(features)));
        return z.EdgeScore(into!, outOf!).BceWithLogits(truth);
    }

    // The pattern lives until the next draw, since backward needs it. Scores lie in the order of the draw.
    private void Draw(Rng rng)
    {
        for (var k = 0; k < source.Length; k++)
        {
            var edge = k < source.Length / 2 ? rng.Next(edges.Count) : -1;
            (source[k], target[k]) = edge >= 0 ? (edges.Source[edge], edges.Target[edge]) : (rng.Next(graph.Nodes), rng.Next(graph.Nodes));
        }
        Release();
        var pattern = HostCsr.From(graph.Nodes, graph.Nodes, target, source);
        (into, outOf) = (pattern.To(features.Device), pattern.Transposed().To(features.Device));
    }

    private void Release()
    {
        into?.Dispose();
        outOf?.Dispose();
    }

    public override void Dispose()
    {
        Release();
        base.Dispose();
    }
}
