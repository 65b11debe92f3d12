using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn.Pretrain;

/// <summary>The encoder under a projection that is thrown away, on two views a step.</summary>
internal sealed class GraphClModel : PretextModel
{
    private readonly GraphCl options;
    private readonly GraphViews views;
    private readonly Mlp projection;
    private readonly StepParts parts = new();

    public GraphClModel(GraphCl options, GraphEncoder encoder, PretextData data, ulong seed) : base(encoder, data, seed)
    {
        (this.options, views) = (options, new(data, encoder));
        projection = Add("projection", new Mlp(data.Device, [encoder.Width, encoder.Width, encoder.Width], new Rng(seed, WeightStream), new() { Activation = ActivationKind.Elu }));
    }

    protected override Var Loss(Tape tape, GraphBatch batch, Rng rng)
    {
        parts.Clear();
        GraphView one = View(batch, rng), other = View(batch, rng);
        var (x, y) = (Encoder.Embed(tape, one.Batch), Encoder.Embed(tape, other.Batch));
        if (Data.Graph is null) return Contrast(x.Segment(Aggregation.Mean, one.Batch.GraphOfNode), y.Segment(Aggregation.Mean, other.Batch.GraphOfNode));
        var (ofOne, ofOther) = Anchors(batch.Graph.Nodes, one.Node, other.Node, rng);
        return Contrast(x.Gather(ofOne), y.Gather(ofOther));
    }

    private GraphView View(GraphBatch batch, Rng rng) => views.Of(batch, [options.Augmentations[rng.Next(options.Augmentations.Count)]], rng, parts);

    // Row i of x and row i of y belong together.
    private Var Contrast(Var x, Var y)
    {
        var score = projection.Forward(x).UnitRows().MatMul(projection.Forward(y).UnitRows(), Transpose.Right) * (1f / options.Temperature);
        var own = parts.Add(Indices.From(Data.Device, [.. Enumerable.Range(0, x.Shape[0])]));
        return (score.CrossEntropy(own) + score.Transposed().CrossEntropy(own)) * 0.5f;
    }

    // The rows of some nodes that both views have.
    private (RowIndex One, RowIndex Other) Anchors(int nodes, int[] one, int[] other, Rng rng)
    {
        int[] placeInOne = Places(nodes, one), placeInOther = Places(nodes, other);
        int[] both = [.. Enumerable.Range(0, nodes).Where(node => placeInOne[node] >= 0 && placeInOther[node] >= 0)];
        rng.Shuffle<int>(both);
        if (both.Length > options.Anchors) both = both.AsSpan(0, options.Anchors).ToArray();
        return (Rows(Array.ConvertAll(both, node => placeInOne[node]), one.Length), Rows(Array.ConvertAll(both, node => placeInOther[node]), other.Length));
    }

    private RowIndex Rows(int[] rows, int of) => parts.Add(RowIndex.From(Data.Device, rows, of));

    private static int[] Places(int nodes, int[] kept)
    {
        var place = new int[nodes];
        Array.Fill(place, -1);
        for (var i = 0; i < kept.Length; i++) place[kept[i]] = i;
        return place;
    }

    public override void Dispose()
    {
        parts.Dispose();
        base.Dispose();
    }
}
