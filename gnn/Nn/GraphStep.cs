using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Layers;
using GraphTune.Gnn.Sampling;

namespace GraphTune.Gnn;

/// <summary>A graph convolution of any kind: the module, and what it does to node features, of a whole graph or of a sampled batch.</summary>
/// <param name="Module">Its parameters.</param>
/// <param name="Forward">Of a whole graph.</param>
/// <param name="Sampled">Of a sampled batch.</param>
/// <param name="Prepare">Has a block make what <paramref name="Sampled"/> will ask it for, so that it is there before.</param>
internal sealed record GraphStep(Module Module, Func<Graph, Var, Var> Forward, Func<Block, Var, Var> Sampled, Action<Block> Prepare)
{
    /// <summary>Of a whole graph, when its one linear map of the input is computed otherwise; null where there is no such map, or it does not come first.</summary>
    public Func<Graph, Func<Linear, Var>, Var>? Mapped { get; init; }

    /// <summary>A convolution of an encoder's kind with fresh weights; its heads share the outputs.</summary>
    public static GraphStep Of(EncoderOptions options, Device device, int inputs, int outputs, int heads, Rng rng)
    {
        switch (options.Convolution)
        {
            case ConvolutionKind.Gcn:
                var gcn = new GcnConv(device, inputs, outputs, rng);
                return new(gcn, (graph, x) => gcn.Forward(graph, x), gcn.Forward, block => block.GcnNorm()) { Mapped = (graph, map) => gcn.Propagate(graph, map(gcn.Lin)) };
            case ConvolutionKind.Sage:
                var sage = new SageConv(device, inputs, outputs, rng);
                return new(sage, sage.Forward, (block, x) => sage.Forward(block.Graph, x, block.Roots(x)), block => _ = block.Graph);
            case ConvolutionKind.Gat:
                var gat = new GatConv(device, inputs, outputs / heads, heads, rng) { Dropout = options.AttentionDropout };
                return new(gat, (graph, x) => gat.Forward(graph, x), (block, x) => block.Roots(gat.Forward(block.Square, x)), block => _ = block.Square) { Mapped = (graph, map) => gat.Attend(graph, map(gat.LinSrc)) };
            case ConvolutionKind.Gatv2:
                var gatv2 = new Gatv2Conv(device, inputs, outputs / heads, heads, rng) { Dropout = options.AttentionDropout };
                return new(gatv2, (graph, x) => gatv2.Forward(graph, x), (block, x) => block.Roots(gatv2.Forward(block.Square, x)), block => _ = block.Square);
            default:
                var gin = new GinConv(device, new Sequential(new Linear(device, inputs, outputs, rng), new Activation(ActivationKind.Relu), new Linear(device, outputs, outputs, rng)));
                return new(gin, gin.Forward, (block, x) => gin.Forward(block.Graph, x, block.Roots(x)), block => _ = block.Graph);
        }
    }
}
