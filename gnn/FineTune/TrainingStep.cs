using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn.FineTune;

/// <summary>What one training step has computed so far: what a strategy's <see cref="IStrategy.Penalty"/> may read.</summary>
/// <param name="tape">Where the loss was computed.</param>
/// <param name="model">The whole model, head included.</param>
public sealed class TrainingStep(Tape tape, Module model)
{
    private Seen? seen;

    /// <summary>Where the loss was computed, and the penalty is to be.</summary>
    public Tape Tape => tape;

    /// <summary>The whole model, head included.</summary>
    public Module Model => model;

    /// <summary>h[n, width]: the encoder's rows of all nodes of the step.</summary>
    /// <exception cref="InvalidOperationException">The strategy does not say that it reads them, or the model does not give them.</exception>
    public Var Embeddings => Known.Embeddings;

    /// <summary>One row of the encoder for each label of the step: h of the labelled nodes, or each graph's pooled row.</summary>
    /// <exception cref="InvalidOperationException">The strategy does not say that it reads embeddings, or the model does not give them.</exception>
    public Var Features => Known.Features();

    /// <summary>The <see cref="Embeddings"/> that the encoder gave before training, run as for inference; constant.</summary>
    /// <remarks>Computed when first asked for, by the same model with its starting weights in place for that moment. On a graph that is whole, once in a run.</remarks>
    /// <exception cref="InvalidOperationException">The strategy does not say that it reads embeddings, or the model does not give them.</exception>
    public Var StartEmbeddings => field ??= tape.Input(Known.Start());

    /// <summary>The edges between the rows of <see cref="Embeddings"/>.</summary>
    /// <exception cref="InvalidOperationException">They are a sampled batch, whose embeddings have no edges between them.</exception>
    public Graph Graph => Known.Graph ?? throw new InvalidOperationException("A sampled batch has no edges between its embeddings; this penalty needs whole graphs.");

    /// <summary>½ Σ‖w‖² over parameters: times λ it is an L2 penalty, whose gradient is λ·w.</summary>
    public Var HalfSquare(IEnumerable<(string Path, Parameter Value)> parameters) => parameters
        .Select(p => Tape.Input(p.Value))
        .Select(w => (w * w).Sum() * 0.5f)
        .Aggregate((sum, term) => sum + term);

    private Seen Known => seen ?? throw new InvalidOperationException(
        $"This step kept no embeddings of the {model.GetType().Name}: the strategy must answer true to ReadsEmbeddings, and the model be an {nameof(INodeEmbedder)} or {nameof(IGraphEmbedder)}.");

    internal void Saw(Graph? graph, Var embeddings, Func<Var> features, Func<Tensor> start) => seen = new(graph, embeddings, features, start);

    private sealed record Seen(Graph? Graph, Var Embeddings, Func<Var> Features, Func<Tensor> Start);
}

internal static class KeptResult
{
    extension(Var x)
    {
        /// <summary>A constant copy that lives as long as another tape.</summary>
        public Var KeptBy(Tape other)
        {
            var copy = other.Scratch(x.Shape);
            x.Device.Run(new Copy(x, copy));
            return copy;
        }
    }
}
