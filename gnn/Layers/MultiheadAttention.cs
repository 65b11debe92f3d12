using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Attention of every node to every node of its graph: y = W_o·[heads of softmax(q·kᵀ / √d)·v] + b_o.</summary>
/// <remarks>
/// Vaswani et al. 2017, arXiv:1706.03762, section 3.2; names as PyTorch's <c>MultiheadAttention</c>: <c>in_proj_weight</c>[3·channels, channels]
/// (queries, keys, values), <c>in_proj_bias</c>, <c>out_proj</c>. Work grows with the square of a graph's nodes, memory does not.
/// </remarks>
public sealed class MultiheadAttention : Module
{
    private readonly int heads;
    private readonly float dropout;

    /// <summary>A layer with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="channels">Columns of x and of y; the heads have equal shares.</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="dropout">The probability that an attention weight is dropped in training.</param>
    /// <param name="bias">Whether there are biases.</param>
    /// <exception cref="ArgumentException">The heads do not divide the channels.</exception>
    public MultiheadAttention(Device device, int channels, int heads, Rng rng, float dropout = 0f, bool bias = true)
    {
        if (channels % heads != 0) throw new ArgumentException($"MultiheadAttention: {heads} heads do not divide {channels} channels evenly");
        (this.heads, this.dropout) = (heads, dropout);
        InProjWeight = Add("in_proj_weight", Init.Glorot(device, new Shape(3 * channels, channels), rng));
        if (bias) InProjBias = Add("in_proj_bias", Init.Constant(device, new Shape(3 * channels), 0f));
        OutProj = Add("out_proj", new Linear(device, channels, channels, rng, bias));
    }

    /// <summary>W_q, W_k and W_v one below the other.</summary>
    public Parameter InProjWeight { get; }

    /// <summary>Their biases, or null.</summary>
    public Parameter? InProjBias { get; }

    /// <summary>W_o and b_o.</summary>
    public Linear OutProj { get; }

    /// <summary>y[n, channels].</summary>
    /// <param name="x">x[n, channels].</param>
    /// <param name="batch">The graph of each node.</param>
    public Var Forward(Var x, RowIndex batch) => OutProj.Forward(x.Linear(InProjWeight, InProjBias).AttendWithin(batch, heads, dropout));
}
