using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>How the outputs of several layers become one.</summary>
public enum JumpingMode
{
    /// <summary>Side by side.</summary>
    Cat,

    /// <summary>The largest of each channel; of equal ones the first layer's takes the gradient.</summary>
    Max,

    /// <summary>A weighted sum, the weights by attention over a bidirectional LSTM.</summary>
    Lstm,
}

/// <summary>Jumping knowledge: lets every node choose how far it looks, by joining the outputs of all layers.</summary>
/// <remarks>Xu et al. 2018, arXiv:1806.03536; names as PyG's <c>JumpingKnowledge</c>: <c>lstm.*</c>, <c>lstm.*_reverse</c>, <c>att.weight</c>, <c>att.bias</c>.</remarks>
public sealed class JumpingKnowledge : Module
{
    private readonly JumpingMode mode;
    private readonly Lstm? lstm;
    private readonly Linear? att;

    /// <summary>Joins layers without parameters of its own.</summary>
    /// <param name="mode">Side by side, or the largest.</param>
    public JumpingKnowledge(JumpingMode mode) => this.mode = mode != JumpingMode.Lstm ? mode
        : throw new ArgumentException("JumpingKnowledge: an LSTM needs the number of channels and layers; use the other constructor");

    /// <summary>Joins layers by an LSTM with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="channels">Columns of each layer's output.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="rng">Draws the weights.</param>
    public JumpingKnowledge(Device device, int channels, int layers, Rng rng)
    {
        var hidden = layers * channels / 2;
        mode = JumpingMode.Lstm;
        lstm = Add("lstm", new Lstm(device, channels, hidden, rng, 1, "", "_reverse"));
        att = Add("att", new Linear(device, 2 * hidden, 1, rng));
    }

    /// <summary>y[n, channels], or y[n, layers·channels] side by side.</summary>
    /// <param name="layers">x[n, channels] of each layer, the first one first.</param>
    public Var Forward(IReadOnlyList<Var> layers) => mode switch
    {
        JumpingMode.Cat => layers[0].Concat([.. layers.Skip(1)]),
        JumpingMode.Max => layers.Aggregate((best, x) => new ZipOp<Kernels.Maximum>(best, x).Apply()),
        _ => Attended(layers),
    };

    private Var Attended(IReadOnlyList<Var> layers)
    {
        var (forward, backward) = (lstm!.Run(layers), lstm.Run(layers, direction: 1));
        Var[] scores = [.. forward.Zip(backward, (f, b) => att!.Forward(f.Concat(b)))];
        var weight = scores[0].Concat(scores.AsSpan(1)).Softmax();
        return layers.Select((x, k) => x * weight.Columns(k..(k + 1))).Aggregate((sum, x) => sum + x);
    }
}
