using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Sampling;

/// <summary>Runs a model over a graph that does not fit a device: one layer after the other, each in slices of nodes with all their neighbours.</summary>
/// <remarks>
/// Hamilton, Ying and Leskovec 2017, algorithm 1. Every node of every layer is computed once, so there is no growth of neighbourhoods.
/// The rows between two layers stay on the host: 8·n·width bytes; the device holds one slice and its neighbours. A block sums in the order of the
/// whole graph, so sums and means are those of a full pass bit for bit; a graph convolution's own loop comes last, which may round differently.
/// </remarks>
/// <param name="device">Where slices are computed.</param>
/// <param name="graph">Row i lists the sources of the edges into node i, ascending.</param>
/// <param name="slice">Nodes of a slice.</param>
public sealed class LayerwiseInference(Device device, HostCsr graph, int slice = 16_384)
{
    private readonly NeighbourSampler sampler = new(device, graph, new SamplerOptions { FanOut = [SamplerOptions.All] });

    /// <summary>h[n, hidden], the embeddings of all nodes.</summary>
    /// <param name="encoder">The encoder, run as for inference.</param>
    /// <param name="x">Node features.</param>
    public FeatureMatrix Embed(Encoder encoder, FeatureMatrix x)
    {
        for (var layer = 0; layer < encoder.Options.Layers; layer++)
        {
            var i = layer;
            x = Layer(x, (block, h) => encoder.Layer(i, block, h), encoder.Options.Hidden);
        }
        return x;
    }

    /// <summary>y[n, classes], the logits of all nodes.</summary>
    /// <param name="model">The classifier, run as for inference.</param>
    /// <param name="x">Node features.</param>
    public FeatureMatrix Logits(NodeClassifier model, FeatureMatrix x)
    {
        var h = Embed(model.Encoder, x);
        return model.Head.Hops == 1
            ? Layer(h, model.Head.Forward, model.Options.Head.Classes)
            : Slices(model.Options.Head.Classes, (first, end, y) =>
            {
                using var tape = Tape.Infer(device);
                using var rows = FeatureRows.Of(h, Range(first, end), device.Host).MovedTo(device);
                model.Head.Forward(block: null, tape.Input(rows)).CopyTo(y);
            });
    }

    private FeatureMatrix Layer(FeatureMatrix x, Func<Block, Var, Var> layer, int width) => Slices(width, (first, end, y) =>
    {
        using var block = new Block(device, sampler.Sample(Range(first, end), step: 0)[0]);
        using var rows = FeatureRows.Of(x, [.. block.Sources], device.Host).MovedTo(device);
        using var tape = Tape.Infer(device);
        layer(block, tape.Input(rows)).CopyTo(y);
    });

    private delegate void Slice(int first, int end, Span<float> y);

    private FeatureMatrix Slices(int width, Slice compute)
    {
        var y = new float[checked(graph.Rows * width)];
        for (var first = 0; first < graph.Rows; first += slice)
        {
            var end = Math.Min(graph.Rows, first + slice);
            compute(first, end, y.AsSpan(first * width, (end - first) * width));
        }
        return new(graph.Rows, width, y);
    }

    private static int[] Range(int first, int end) => [.. Enumerable.Range(first, end - first)];
}
