using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Pretrain;

/// <summary>The encoder with a linear bridge.</summary>
internal sealed class EdgePredictionModel : PretextModel
{
    private readonly int limit;
    private readonly EdgeList? edges;
    private readonly Linear bridge;
    private readonly StepParts parts = new();

    public EdgePredictionModel(EdgePrediction options, GraphEncoder encoder, PretextData data, ulong seed) : base(encoder, data, seed)
    {
        (limit, edges) = (options.Pairs, data.Graph?.ToEdgeList());
        bridge = Add("bridge", new Linear(data.Device, encoder.Width, encoder.Width, new Rng(seed, WeightStream), bias: false));
    }

    protected override Var Loss(Tape tape, GraphBatch batch, Rng rng)
    {
        var pairs = edges is null ? NodePairs.Draw(batch.Data, batch.Ids, limit, rng) : NodePairs.Draw(edges, limit, rng);
        parts.Clear();
        if (pairs.Joined.Length == 0) return tape.Constant(new Shape(1), 0f);
        var z = bridge.Forward(Encoder.Embed(tape, batch));
        var (@in, @out) = parts.Pattern(Data.Device, z.Shape[0], z.Shape[0], [.. pairs.Joined.Concat(pairs.Apart).Select(p => p.B)], [.. pairs.Joined.Concat(pairs.Apart).Select(p => p.A)]);
        var score = z.EdgeScore(@in, @out);
        return score.BceWithLogits(parts.Add(Tensor.From(Data.Device, score.Shape, [.. pairs.Joined.Select(_ => 1f), .. pairs.Apart.Select(_ => 0f)])));
    }

    public override void Dispose()
    {
        parts.Dispose();
        base.Dispose();
    }
}
