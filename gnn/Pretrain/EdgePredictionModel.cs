using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Pretrain;

/// <summary>The encoder with a linear bridge; the first half of the pairs are edges, the second half are drawn at random.</summary>
internal sealed class EdgePredictionModel : PretextModel
{
    private readonly Graph graph;
    private readonly EdgeList edges;
    private readonly Tensor truth;
    private readonly Linear bridge;
    private readonly int[] source, target;
    private Csr? into, outOf;

    public EdgePredictionModel(EdgePrediction options, GraphEncoder encoder, PretextData data, ulong seed) : base(encoder, data, seed)
    {
        graph = data.Graph ?? throw new InvalidDataException($"{options.Name}: {data.Name} holds many graphs; it is set on one");
        edges = graph.ToEdgeList();
        var (device, width, pairs) = (data.Device, encoder.Width, Math.Min(options.Pairs, graph.Edges));
        bridge = Add("bridge", new Linear(device, width, width, new Rng(seed, WeightStream), bias: false));
        truth = AddBuffer("truth", Tensor.From(device, new Shape(2 * pairs), [.. Enumerable.Repeat(1f, pairs), .. new float[pairs]]));
        (source, target) = (new int[2 * pairs], new int[2 * pairs]);
    }

    protected override Var Loss(Tape tape, GraphBatch batch, Rng rng)
    {
        Draw(rng);
        var z = bridge.Forward(Encoder.Embed(tape, batch));
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
        (into, outOf) = (pattern.To(graph.Device), pattern.Transposed().To(graph.Device));
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
