using TorchSharp;
using TorchSharp.Modules;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace GraphTune.Benchmarks.Peers;

/// <summary>Â·x·Wᵀ + b as PyG computes it: transform, gather, weigh, add.</summary>
internal sealed class TorchGcnConv : Layer
{
    private readonly TorchGraph graph;
    private readonly Linear lin;
    private readonly Parameter bias;

    public TorchGcnConv(int inputs, int outputs, TorchGraph graph) : base(nameof(TorchGcnConv))
    {
        this.graph = graph;
        (lin, bias) = (torch.nn.Linear(inputs, outputs, hasBias: false), torch.nn.Parameter(torch.zeros(outputs)));
        RegisterComponents();
    }

    public override torch.Tensor forward(torch.Tensor x)
    {
        var h = lin.forward(x);
        return (graph.Normalised is { } a ? torch.mm(a, h) : graph.Sum(h.index_select(0, graph.Source) * graph.Norm)) + bias;
    }
}

/// <summary>W₁·mean(x) + b + W₂·x as PyG computes it: aggregate, then transform.</summary>
internal sealed class TorchSageConv : Layer
{
    private readonly TorchGraph graph;
    private readonly Linear lin_l, lin_r;

    public TorchSageConv(int inputs, int outputs, TorchGraph graph) : base(nameof(TorchSageConv))
    {
        this.graph = graph;
        (lin_l, lin_r) = (torch.nn.Linear(inputs, outputs), torch.nn.Linear(inputs, outputs, hasBias: false));
        RegisterComponents();
    }

    public override torch.Tensor forward(torch.Tensor x)
    {
        var mean = graph.Averaging is { } a ? torch.mm(a, x) : graph.Sum(x.index_select(0, graph.Source)) * graph.InverseDegree;
        return lin_l.forward(mean) + lin_r.forward(x);
    }
}

/// <summary>Attention over in-edges, h heads of f features side by side.</summary>
/// <remarks>
/// TorchSharp 0.107 has no working maximum by index, so the exponentials are shifted by the maximum of all scores, as its users do;
/// the softmax is the same.
/// </remarks>
internal sealed class TorchGatConv : Layer
{
    private readonly TorchGraph graph;
    private readonly Linear lin_src;
    private readonly Parameter att_src, att_dst, bias;
    private readonly int heads, features;

    public TorchGatConv(int inputs, int heads, int features, TorchGraph graph) : base(nameof(TorchGatConv))
    {
        (this.graph, this.heads, this.features) = (graph, heads, features);
        lin_src = torch.nn.Linear(inputs, heads * features, hasBias: false);
        (att_src, att_dst) = (torch.nn.Parameter(torch.zeros(1, heads, features)), torch.nn.Parameter(torch.zeros(1, heads, features)));
        bias = torch.nn.Parameter(torch.zeros(heads * features));
        RegisterComponents();
    }

    public override torch.Tensor forward(torch.Tensor x)
    {
        var h = lin_src.forward(x).view(-1, heads, features);
        var (source, target) = ((h * att_src).sum(-1), (h * att_dst).sum(-1));
        var score = torch.nn.functional.leaky_relu(source.index_select(0, graph.Source) + target.index_select(0, graph.Target), 0.2);
        torch.Tensor max;
        using (torch.no_grad()) max = score.detach().amax([0]);
        var exponential = (score - max).exp();
        var weight = exponential / graph.Sum(exponential).index_select(0, graph.Target);
        return graph.Sum(h.index_select(0, graph.Source) * weight.unsqueeze(-1)).view(-1, heads * features) + bias;
    }
}
