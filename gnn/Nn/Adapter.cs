using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>A small bottleneck beside a layer: s·(W₂·relu(norm(W₁·x + b₁)) + b₂). Parts: <c>down</c>, <c>norm</c>, <c>up</c>, <c>scale</c>[1].</summary>
/// <remarks>Li, Han and Bai 2024, arXiv:2304.09595, section 3.2. <c>up</c> starts from zeros, so that what stands beside it is the same at first.</remarks>
public sealed class Adapter : Module
{
    private readonly Linear down, up;
    private readonly BatchNorm norm;
    private readonly Parameter scale;

    /// <summary>An adapter that gives zeros at first.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of the layer's input.</param>
    /// <param name="outputs">Columns of its result.</param>
    /// <param name="bottleneck">Columns between, at least 1.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="startScale">s at first.</param>
    public Adapter(Device device, int inputs, int outputs, int bottleneck, Rng rng, float startScale = 1f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bottleneck, 1);
        down = Add("down", new Linear(device, inputs, bottleneck, rng));
        norm = Add("norm", new BatchNorm(device, bottleneck, new() { AllowSingleElement = true }));
        up = Add("up", new Linear(device, bottleneck, outputs, rng));
        up.Weight.Write(new float[up.Weight.Count]);
        up.Bias!.Write(new float[outputs]);
        scale = Add("scale", Init.Constant(device, new Shape(1), startScale));
    }

    /// <summary>What is added to the layer's result: y[n, outputs].</summary>
    /// <param name="x">The layer's input x[n, inputs], or one row for each kind of node.</param>
    /// <param name="rows">The kind of each node, where x has kinds; null for one row a node.</param>
    public Var Forward(Var x, RowIndex? rows = null)
    {
        var h = down.Forward(x);
        if (rows is not null) h = h.Gather(rows);
        return up.Forward(norm.Forward(h).Relu()) * scale;
    }
}
