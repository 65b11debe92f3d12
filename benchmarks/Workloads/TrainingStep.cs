using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Layers;
using GraphTune.Gnn.Optim;

namespace GraphTune.Benchmarks;

/// <summary>Our side of a training step: forward, backward and AdamW, as a user would write it. Cora's features are kept sparse.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly StepRecipe recipe;
    private readonly Device device;
    private readonly Network network;
    private readonly Graph graph;
    private readonly Tensor? dense;
    private readonly SparseTensor? sparse;
    private readonly Indices labels, rows;
    private readonly AdamW optimizer = new();
    private readonly ParameterGroup group;
    private uint step;

    public TrainingStep(StepRecipe recipe, SyntheticGraph host, float[] features, Device device)
    {
        (this.recipe, this.device) = (recipe, device);
        graph = Graph.From(device, recipe.Graph.Nodes, host.Column, host.Targets());
        if (recipe.Graph == GraphRecipe.Cora) sparse = Sparse(features, recipe.Graph.Nodes, recipe.Graph.Features, device);
        else dense = Tensor.From(device, new Shape(recipe.Graph.Nodes, recipe.Graph.Features), features);
        if (recipe.Keeps) graph.KeepSumsOf(dense!);
        labels = Indices.From(device, recipe.Graph.Labels());
        rows = Indices.From(device, [.. Enumerable.Range(0, recipe.Graph.TrainingNodes)]);
        network = new Network(recipe, device);
        group = new ParameterGroup("all", network.Parameters, StepRecipe.LearningRate) { WeightDecay = StepRecipe.WeightDecay };
        Load();
    }

    /// <summary>One step.</summary>
    public void Run()
    {
        using (var tape = Tape.Train(device, seed: 1, step++)) tape.Backward(Loss(tape, StepRecipe.Dropout));
        optimizer.Step([group]);
        Clear();
    }

    /// <summary>The loss from the starting weights without dropout, then each parameter's gradient, by name.</summary>
    public float[][] Gradients()
    {
        Load();
        Clear();
        using var tape = Tape.Train(device);
        var loss = Loss(tape, dropout: 0f);
        tape.Backward(loss);
        float[][] gradients = [loss.ToArray(), .. ByName(p => p.Grad)];
        Clear();
        return gradients;
    }

    /// <summary>Each parameter as the steps have left it, by name.</summary>
    public float[][] Weights() => [.. ByName(p => p)];

    public void Dispose()
    {
        network.Dispose();
        optimizer.Dispose();
        graph.Dispose();
        dense?.Dispose();
        sparse?.Dispose();
        labels.Dispose();
        rows.Dispose();
    }

    private IEnumerable<float[]> ByName(Func<Parameter, Tensor> of) => network.Parameters.OrderBy(p => p.Path, StringComparer.Ordinal).Select(p => of(p.Value).ToArray());

    private Var Loss(Tape tape, float dropout)
    {
        using var hidden = sparse is null ? network.First(graph, tape.Input(dense!)) : network.FirstSparse(graph, tape.Input(sparse).Dropout(dropout));
        using var between = network.Between(hidden, dropout);
        return network.Second(graph, between).CrossEntropy(labels, rows);
    }

    private static SparseTensor Sparse(float[] x, int rows, int columns, Device device)
    {
        int[] at = [.. Enumerable.Range(0, x.Length).Where(i => x[i] != 0f)];
        return SparseTensor.From(device, HostCsr.From(rows, columns, [.. at.Select(i => i / columns)], [.. at.Select(i => i % columns)]), [.. at.Select(i => x[i])]);
    }

    private void Load()
    {
        foreach (var (path, parameter) in network.Parameters) parameter.Write(recipe.Weights[path]);
    }

    private void Clear()
    {
        foreach (var (_, parameter) in group.Parameters) parameter.ClearGrad();
    }

    private sealed class Network : Module
    {
        private readonly bool attends;

        public Network(StepRecipe recipe, Device device)
        {
            attends = recipe.Model == "gat";
            int inputs = recipe.Graph.Features, hidden = StepRecipe.Hidden, classes = GraphRecipe.Classes, heads = StepRecipe.Heads;
            var rng = new Rng(seed: 1);
            switch (recipe.Model)
            {
                case "gcn":
                    GcnConv gcn1 = Add("conv1", new GcnConv(device, inputs, hidden, rng)), gcn2 = Add("conv2", new GcnConv(device, hidden, classes, rng));
                    (First, FirstSparse, Second) = ((graph, x) => gcn1.Forward(graph, x), (graph, x) => gcn1.Forward(graph, x), (graph, x) => gcn2.Forward(graph, x));
                    break;
                case "sage":
                    SageConv sage1 = Add("conv1", new SageConv(device, inputs, hidden, rng)), sage2 = Add("conv2", new SageConv(device, hidden, classes, rng));
                    (First, FirstSparse, Second) = (sage1.Forward, sage1.Forward, sage2.Forward);
                    break;
                default:
                    GatConv gat1 = Add("conv1", new GatConv(device, inputs, hidden / heads, heads, rng)), gat2 = Add("conv2", new GatConv(device, hidden, classes, 1, rng));
                    (First, FirstSparse, Second) = ((graph, x) => gat1.Forward(graph, x), (graph, x) => gat1.Forward(graph, x), (graph, x) => gat2.Forward(graph, x));
                    break;
            }
        }

        public Func<Graph, Var, Var> First { get; }

        public Func<Graph, SparseVar, Var> FirstSparse { get; }

        public Func<Graph, Var, Var> Second { get; }

        public Var Between(Var hidden, float dropout) => attends ? hidden.Elu().Dropout(dropout) : hidden.ReluDropout(dropout);
    }
}
