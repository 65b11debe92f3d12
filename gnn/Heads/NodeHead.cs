using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Sampling;

namespace GraphTune.Gnn;

/// <summary>Turns node embeddings into one score for each class.</summary>
public sealed class NodeHead : Module
{
    private readonly Func<Graph, Var, Var> forward;
    private GraphStep? step;

    /// <summary>A head with fresh weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="options">Its parts.</param>
    /// <param name="encoder">What it stands on.</param>
    /// <param name="rng">Draws the weights.</param>
    public NodeHead(Device device, HeadOptions options, EncoderOptions encoder, Rng rng)
    {
        Options = options.Checked();
        forward = options.Kind switch
        {
            HeadKind.Linear => Linear(device, encoder.Hidden, rng),
            HeadKind.Mlp => Mlp(device, encoder.Hidden, rng),
            _ => Convolution(device, encoder, rng),
        };
    }

    /// <summary>Its parts.</summary>
    public HeadOptions Options { get; }

    /// <summary>Scores every node.</summary>
    /// <param name="graph">The edges; only a convolution uses them.</param>
    /// <param name="h">Embeddings h[n,f].</param>
    /// <returns>Logits y[n,c].</returns>
    public Var Forward(Graph graph, Var h) => forward(graph, h);

    /// <summary>The hops of neighbours that the head itself reads: one for a convolution, else none.</summary>
    public int Hops => Options.Kind == HeadKind.Convolution ? 1 : 0;

    /// <summary>Scores the nodes of a sampled batch.</summary>
    /// <param name="block">The last hop's edges for a convolution; null for other heads.</param>
    /// <param name="h">Embeddings of the block's sources, or of the seeds.</param>
    /// <returns>Logits y[seeds,c].</returns>
    internal Var Forward(Block? block, Var h) => step is null ? forward(null!, h) : step.Sampled(block!, h);

    /// <summary>Has a block make what a convolution will ask it for; other heads ask for nothing.</summary>
    internal void Prepare(Block block) => step?.Prepare(block);

    private Func<Graph, Var, Var> Linear(Device device, int width, Rng rng)
    {
        var lin = Add("lin", new Linear(device, width, Options.Classes, rng));
        return (_, h) => lin.Forward(h.Dropout(Options.Dropout));
    }

    private Func<Graph, Var, Var> Mlp(Device device, int width, Rng rng)
    {
        var first = Add("0", new Linear(device, width, Options.Hidden, rng));
        var last = Add("3", new Linear(device, Options.Hidden, Options.Classes, rng));
        return (_, h) => last.Forward(first.Forward(h, relu: true).Dropout(Options.Dropout));
    }

    private Func<Graph, Var, Var> Convolution(Device device, EncoderOptions encoder, Rng rng)
    {
        step = GraphStep.Of(encoder, device, encoder.Hidden, Options.Classes, heads: 1, rng);
        Add("conv", step.Module);
        return step.Forward;
    }
}
