using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Models;

namespace GraphTune.Gnn.Pretrain;

/// <summary>The encoder beside a shallower one for contexts.</summary>
internal sealed class ContextPredictionModel : PretextModel
{
    private const int Probed = 1000;
    private readonly ContextPrediction options;
    private readonly GraphEncoder context;
    private readonly StepParts parts = new();

    public ContextPredictionModel(ContextPrediction options, GraphEncoder encoder, PretextData data, ulong seed) : base(encoder, data, seed)
    {
        this.options = options;
        var rng = new Rng(seed, WeightStream);
        int[] some = [.. Enumerable.Range(0, Math.Min(Probed, data.Graphs!.Graphs))];
        if (ContextPairs.Draw(data.Graphs, some, options, rng).Count == 0) throw new InvalidDataException($"{options.Name}: {data.Name}: in none of the first {some.Length} graphs is a node more than {options.ContextFrom} hops from one drawn at random; narrow the context");
        context = Add("context", Shallower(encoder, options.ContextTo - options.ContextFrom, data.Device, rng));
        if (context.Width != encoder.Width) throw new InvalidDataException($"{options.Name}: embeddings of {encoder.Width} and {context.Width} columns cannot be compared; use a jumping knowledge other than concat");
    }

    private static GraphEncoder Shallower(GraphEncoder encoder, int layers, Device device, Rng rng) => encoder switch
    {
        MolecularEncoder molecular => new MolecularEncoder(device, molecular.Options with { Layers = layers }, rng),
        Encoder plain => new Encoder(device, plain.Options with { Layers = layers }, rng),
        _ => throw new InvalidDataException($"context-prediction: a {encoder.GetType().Name} cannot be built again with {layers} layers"),
    };

    protected override Var Loss(Tape tape, GraphBatch batch, Rng rng)
    {
        var pairs = ContextPairs.Draw(batch.Data, batch.Ids, options, rng);
        parts.Clear();
        if (pairs.Count < 2) return tape.Constant(new Shape(1), 0f);
        var centres = Rows(Encoder.Embed(tape, parts.Batch(Data.Device, pairs.Neighbourhoods)), pairs.Centres);
        var anchors = Rows(context.Embed(tape, parts.Batch(Data.Device, pairs.Contexts)), pairs.Anchors);
        if (options.Mode == ContextMode.SkipGram) return Compare(anchors, pairs.ContextOfAnchor, centres);
        var groups = parts.Add(RowIndex.From(Data.Device, pairs.ContextOfAnchor, pairs.Count));
        return Compare(anchors.Segment(Aggregation.Mean, groups), [.. Enumerable.Range(0, pairs.Count)], centres);
    }

    // Each row against its own centre, then against those of the next contexts round the batch.
    private Var Compare(Var rows, int[] contextOf, Var centres)
    {
        var (contexts, count) = (centres.Shape[0], contextOf.Length);
        var others = Math.Min(options.Negatives, contexts - 1);
        int[] row = new int[count * (1 + others)], centre = new int[row.Length];
        for (var k = 0; k < row.Length; k++) (row[k], centre[k]) = (k % count, (contextOf[k % count] + k / count) % contexts);
        var (@in, @out) = parts.Pattern(Data.Device, count, contexts, row, centre);
        var score = new EdgeDot(rows.Reshape(count, 1, Encoder.Width), centres.Reshape(contexts, 1, Encoder.Width), @in, @out).Apply();
        var truth = parts.Add(Tensor.From(Data.Device, score.Shape, [.. Enumerable.Repeat(1f, count), .. new float[row.Length - count]]));
        return score.BceWithLogits(truth);
    }

    private Var Rows(Var h, int[] rows) => h.Gather(parts.Add(RowIndex.From(Data.Device, rows, h.Shape[0])));

    public override void Dispose()
    {
        parts.Dispose();
        base.Dispose();
    }
}
