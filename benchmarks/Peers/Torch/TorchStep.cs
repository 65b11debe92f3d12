using TorchSharp;
using TorchSharp.Modules;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace GraphTune.Benchmarks.Peers;

/// <summary>One training step of a two-layer network in TorchSharp.</summary>
internal sealed class TorchStep : IContender
{
    private readonly StepRecipe recipe;
    private readonly TorchGraph graph;
    private readonly TorchNetwork network;
    private readonly AdamW optimizer;
    private readonly torch.Tensor x, rows, labels;

    public TorchStep(StepRecipe recipe, SyntheticGraph host, float[] features, string form)
    {
        (this.recipe, Form) = (recipe, form);
        graph = new TorchGraph(host, selfLoops: recipe.Model != "sage", form);
        network = new TorchNetwork(recipe, graph);
        optimizer = torch.optim.AdamW(network.parameters(), StepRecipe.LearningRate, weight_decay: StepRecipe.WeightDecay);
        x = features.ToTorch(recipe.Graph.Nodes, recipe.Graph.Features);
        rows = torch.arange(recipe.Graph.TrainingNodes, torch.ScalarType.Int64);
        labels = torch.tensor(Array.ConvertAll(recipe.Graph.Labels()[..recipe.Graph.TrainingNodes], y => (long)y));
        Load();
    }

    public string Form { get; }

    public void Run()
    {
        using var scope = torch.NewDisposeScope();
        optimizer.zero_grad();
        Loss(StepRecipe.Dropout).backward();
        optimizer.step();
    }

    public float[][] Result()
    {
        using var scope = torch.NewDisposeScope();
        Load();
        optimizer.zero_grad();
        var loss = Loss(dropout: 0);
        loss.backward();
        return [[loss.item<float>()], .. network.named_parameters().OrderBy(p => p.name, StringComparer.Ordinal).Select(p => p.parameter.grad!.ToFloats())];
    }

    public void Dispose()
    {
        optimizer.Dispose();
        network.Dispose();
        graph.Dispose();
        foreach (var tensor in new[] { x, rows, labels }) tensor.Dispose();
    }

    private torch.Tensor Loss(double dropout) =>
        torch.nn.functional.cross_entropy(network.Forward(x, dropout).index_select(0, rows), labels);

    private void Load()
    {
        using var frozen = torch.no_grad();
        foreach (var (name, parameter) in network.named_parameters())
            parameter.copy_(torch.tensor(recipe.Weights[name]).view(parameter.shape));
    }
}

/// <summary>Two convolutions, a rectifier (or ELU, after attention) and dropout between them.</summary>
internal sealed class TorchNetwork : torch.nn.Module
{
    private readonly StepRecipe recipe;
    private readonly Layer conv1, conv2;

    public TorchNetwork(StepRecipe recipe, TorchGraph graph) : base(recipe.Model)
    {
        this.recipe = recipe;
        (conv1, conv2) = (Convolution(recipe.Graph.Features, StepRecipe.Hidden, last: false), Convolution(StepRecipe.Hidden, GraphRecipe.Classes, last: true));
        RegisterComponents();

        Layer Convolution(int inputs, int outputs, bool last) => recipe.Model switch
        {
            "gcn" => new TorchGcnConv(inputs, outputs, graph),
            "sage" => new TorchSageConv(inputs, outputs, graph),
            _ => new TorchGatConv(inputs, last ? 1 : StepRecipe.Heads, last ? outputs : outputs / StepRecipe.Heads, graph),
        };
    }

    public torch.Tensor Forward(torch.Tensor x, double dropout)
    {
        if (recipe.DropsInput) x = Drop(x);
        x = conv1.forward(x);
        return conv2.forward(Drop(recipe.Model == "gat" ? torch.nn.functional.elu(x, 1.0) : torch.nn.functional.relu(x)));

        torch.Tensor Drop(torch.Tensor x) => dropout > 0 ? torch.nn.functional.dropout(x, dropout, training: true) : x;
    }
}
