using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Layers;
using GraphTune.Gnn.Optim;

namespace GraphTune.Benchmarks;

/// <summary>Our side of a training step: forward, backward and AdamW, as a user would write it.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly StepRecipe recipe;
    private readonly Device device;
    private readonly Network network;
    private readonly Graph graph;
    private readonly Tensor x;
    private readonly Indices labels, rows;
    private readonly AdamW optimizer = new();
    private readonly ParameterGroup group;
    private uint step;

    public TrainingStep(StepRecipe recipe, SyntheticGraph host, float[] features, Device device)
    {
        (this.recipe, this.device) = (recipe, device);
        var (source, target) = host.Coordinates();
        graph = Graph.From(device, recipe.Graph.Nodes, Array.ConvertAll(source, i => (int)i), Array.ConvertAll(target, i => (int)i));
        x = Tensor.From(device, new Shape(recipe.Graph.Nodes, recipe.Graph.Features), features);
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
        float[][] gradients = [loss.ToArray(), .. network.Parameters.OrderBy(p => p.Path, StringComparer.Ordinal).Select(p => p.Value.Grad.ToArray())];
        Clear();
        return gradients;
    }

    public void Dispose()
    {
        network.Dispose();
        optimizer.Dispose();
        graph.Dispose();
        x.Dispose();
        labels.Dispose();
        rows.Dispose();
    }

    private Var Loss(Tape tape, float dropout) => network.Forward(graph, tape.Input(x), dropout).CrossEntropy(labels, rows);

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
        private readonly StepRecipe recipe;
        private readonly Func<Graph, Var, Var> first, second;

        public Network(StepRecipe recipe, Device device)
        {
            this.recipe = recipe;
            (first, second) = (Layer("conv1", recipe.Graph.Features, StepRecipe.Hidden, last: false), Layer("conv2", StepRecipe.Hidden, GraphRecipe.Classes, last: true));

            Func<Graph, Var, Var> Layer(string name, int inputs, int outputs, bool last)
            {
                var rng = new Rng(seed: 1);
                if (recipe.Model == "sage") return Add(name, new SageConv(device, inputs, outputs, rng)).Forward;
                if (recipe.Model == "gcn")
                {
                    var convolution = Add(name, new GcnConv(device, inputs, outputs, rng));
                    return (graph, x) => convolution.Forward(graph, x);
                }
                var heads = last ? 1 : StepRecipe.Heads;
                var attention = Add(name, new GatConv(device, inputs, outputs / heads, heads, rng));
                return (graph, x) => attention.Forward(graph, x);
            }
        }

        public Var Forward(Graph graph, Var x, float dropout)
        {
            if (recipe.DropsInput) x = x.Dropout(dropout);
            x = first(graph, x);
            return second(graph, (recipe.Model == "gat" ? x.Elu() : x.Relu()).Dropout(dropout));
        }
    }
}
