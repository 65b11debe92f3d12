using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>Turns node embeddings into one score for each class.</summary>
public sealed class NodeHead : Module
{
    private readonly Func<Graph, Var, Var> forward;

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
        var conv = GraphStep.Of(encoder.Convolution, device, encoder.Hidden, Options.Classes, rng);
        Add("conv", conv.Module);
        return conv.Forward;
    }
}
