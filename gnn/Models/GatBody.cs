using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Models;

/// <summary>h'ᵢ = the mean over heads of Σⱼ αᵢⱼ·mᵢⱼ, plus a bias, with mᵢⱼ = W·hⱼ + b + eᵢⱼ and αᵢⱼ = softmaxⱼ LeakyReLU(a·[W·hᵢ + b ‖ mᵢⱼ]).</summary>
/// <remarks>
/// Parameters: <c>att</c>[1, heads, 2·width], <c>bias</c>[width], <c>weight_linear</c>. A score is a number of the target, one of the source and
/// one of the bond's kind added, so scores are edges × heads, and nothing is edges × features.
/// </remarks>
internal sealed class GatBody : MolecularConv
{
    private const float Slope = 0.2f;

    private readonly int heads, width;
    private readonly Parameter attention, bias;
    private readonly Linear linear;

    public GatBody(Device device, MolecularOptions options, Rng rng)
    {
        (heads, width) = (options.Heads, options.Width);
        attention = Add("att", Init.Glorot(device, new Shape(1, heads, 2 * width), rng));
        bias = Add("bias", Init.Constant(device, new Shape(width), 0f));
        linear = Add("weight_linear", new Linear(device, width, heads * width, rng));
        AddTables(device, options, heads * width, rng);
    }

    public override Var Forward(MolecularGraph graph, Var x, (Csr In, Csr Out) from)
    {
        var z = x.Linear(linear.WeightOn(x.Tape)) + linear.Bias!;   // the bias after the product, as PyTorch rounds
        var bonds = Bonds(x.Tape, graph);
        var parts = x.Tape.Input(attention);
        Var a = parts.Columns(0..width), b = parts.Columns(width..(2 * width));
        var target = z.HeadDot(a);
        if (from.In == graph.FromAtoms.In) target = target.Gather(graph.AtomOfNode);
        var score = new AddEnds(z.HeadDot(b), target, from.In, from.Out).Apply() + bonds.HeadDot(b).Gather(graph.BondOfEdge);
        var alpha = new EdgeSoftmax(score.LeakyRelu(Slope), from.In).Apply();
        var y = Sum(graph, Split(z), from, Split(bonds), weight: alpha).Reshape(graph.Nodes, heads * width);
        return MeanOfHeads(y) + bias;
    }

    private Var Split(Var x) => x.Reshape(x.Shape[0], heads, width);

    private Var MeanOfHeads(Var y)
    {
        var sum = y.Columns(0..width);
        for (var head = 1; head < heads; head++) sum = sum + y.Columns((head * width)..((head + 1) * width));
        return sum * (1f / heads);
    }
}
