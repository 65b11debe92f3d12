namespace GraphTune.Benchmarks;

/// <summary>One training step: a two-layer network on one of the graphs, forward, backward and AdamW.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Model">gcn, sage or gat.</param>
/// <param name="Keeps">Whether the graph keeps the sums of its features, which do not change: one sum fewer in each direction, and n × f floats more.</param>
internal sealed record StepRecipe(GraphRecipe Graph, string Model, bool Keeps = false)
{
    /// <summary>Channels between the layers: of attention, all heads together.</summary>
    public const int Hidden = 64;

    /// <summary>Heads of the first attention layer; the second has one.</summary>
    public const int Heads = 4;

    /// <summary>The share of the hidden channels that is dropped in training.</summary>
    public const float Dropout = 0.5f;

    /// <summary>Of AdamW.</summary>
    public const float LearningRate = 0.01f, WeightDecay = 5e-4f;

    /// <summary>Such as <c>arxiv-gcn</c>.</summary>
    public string Name => $"{Graph.Name}-{Model}{(Keeps ? "-kept" : "")}";

    /// <summary>The model of this name on that graph; <c>gcn-kept</c> keeps the sums of its features.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static StepRecipe Named(string graph, string model) =>
        AllAndKept.FirstOrDefault(r => r.Name == $"{graph}-{model}") ?? throw new ArgumentException($"no step '{graph} {model}'; there is {string.Join(", ", AllAndKept.Select(r => r.Name.Replace('-', ' ')))}".Replace(" kept", "-kept", StringComparison.Ordinal));

    /// <summary>What peers measure, in their order.</summary>
    public static IReadOnlyList<StepRecipe> All { get; } =
        [.. from graph in new[] { GraphRecipe.Arxiv, GraphRecipe.Cora } from model in new[] { "gcn", "sage", "gat" } select new StepRecipe(graph, model)];

    /// <summary>The same, and those whose features' sums can be kept, once more so.</summary>
    public static IReadOnlyList<StepRecipe> AllAndKept { get; } = [.. All, .. All.Where(r => !r.DropsInput && r.Model != "gat").Select(r => r with { Keeps = true })];

    /// <summary>Whether the input is dropped too: that of cora, as in the papers; arxiv's examples leave it whole.</summary>
    public bool DropsInput => Graph == GraphRecipe.Cora;

    /// <summary>The starting weights by the names that PyTorch and PyG give them, the same for both sides.</summary>
    public IReadOnlyDictionary<string, float[]> Weights => field ??= Draw();

    private Dictionary<string, float[]> Draw()
    {
        var random = new XorShift64(Graph.Seed);
        var weights = new Dictionary<string, float[]>();
        Layer("conv1", Graph.Features, Hidden);
        Layer("conv2", Hidden, GraphRecipe.Classes);
        return weights;

        void Layer(string name, int inputs, int outputs)
        {
            var bound = MathF.Sqrt(6f / (inputs + outputs));   // Glorot and Bengio 2010, eq. 16
            foreach (var matrix in Model == "sage" ? new[] { "lin_l", "lin_r" } : [Model == "gat" ? "lin_src" : "lin"]) Add($"{name}.{matrix}.weight", inputs * outputs, bound);
            Add(Model == "sage" ? $"{name}.lin_l.bias" : $"{name}.bias", outputs, 0.1f);
            if (Model == "gat")
                foreach (var score in new[] { "att_src", "att_dst" }) Add($"{name}.{score}", outputs, 0.3f);
        }

        void Add(string name, int count, float bound)
        {
            var values = weights[name] = new float[count];
            for (var i = 0; i < count; i++) values[i] = bound * random.NextSignedSingle();
        }
    }
}
