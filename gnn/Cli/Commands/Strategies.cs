using GraphTune.Gnn.FineTune;

namespace GraphTune.Cli.Commands;

/// <summary>The strategies that <c>--strategy</c> can choose, by name.</summary>
internal static class Strategies
{
    private static readonly (string Name, Func<int, StrategyRates, int, IStrategy> Make)[] All =
    [
        ("full", (_, at, _) => new Full(at.Head)),
        ("linear-probe", (_, at, _) => new LinearProbe(at.Head)),
        ("gradual", (_, at, epochs) => new GradualUnfreeze(new LayerwiseDecay(at.Head), EpochsPerLayer: Math.Max(1, epochs / 5))),
        ("layer-wise", (_, at, _) => new LayerwiseDecay(at.Head)),
        ("discriminative", (_, at, _) => Both(at)),
        ("probe-then-full", (_, at, epochs) => new ProbeThenTune(Both(at), ProbeRate: at.Head).ForRunOf(epochs)),
        ("surgical", (_, at, _) => new Surgical(Both(at))),
        ("bias-only", (_, at, _) => new BiasOnly(at.Encoder, at.Head)),
        ("lora", (_, at, _) => new Lora(LearningRate: at.Encoder, HeadRate: at.Head)),
        ("adapters", (_, at, _) => new Adapters(LearningRate: at.Encoder, HeadRate: at.Head)),
        ("prompt", (_, at, _) => new GraphPrompt(1, at.Encoder, at.Head)),
        ("prompt-plus", (_, at, _) => new GraphPrompt(8, at.Encoder, at.Head)),
        ("l2-sp", (_, at, _) => new L2Sp(Both(at))),
        ("bss", (_, at, _) => new Bss(Both(at))),
        ("delta", (_, at, _) => new Delta(Both(at))),
        ("gtot", (_, at, _) => new Gtot(Both(at))),
        ("by-label-count", (labels, at, _) => new ByLabelCount(labels) { HeadRate = at.Head, SmallRate = at.Encoder, ModerateRate = at.Encoder }),
    ];

    /// <summary>What follows from the facts of the task instead of being one strategy.</summary>
    public const string Recipe = "recipe";

    public static string[] Names => [Recipe, .. All.Select(s => s.Name)];

    /// <summary>The strategy of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>, but not <see cref="Recipe"/>.</param>
    /// <param name="labels">Number of training labels, which some go by.</param>
    /// <param name="rates">What the recipe would have encoder and head learn at.</param>
    /// <param name="epochs">How long training is, which some divide.</param>
    public static IStrategy ByName(string name, int labels, StrategyRates rates, int epochs) => All.First(s => s.Name == name).Make(labels, rates, epochs);

    private static DiscriminativeRates Both(StrategyRates rates) => new(rates.Encoder, rates.Head);

    /// <summary>What a method does, in a line: the strategy and the loop.</summary>
    public static string Describe(FineTuner tuner) =>
        $"{Describe(tuner.Strategy)}; {tuner.Epochs} epochs of {Words.Count(tuner.StepsPerEpoch, "step")}, {(tuner.Cosine ? "cosine" : "constant")} rate";

    private static string Describe(IStrategy strategy) => strategy switch
    {
        Full s => $"everything learns at {s.LearningRate}",
        FirstLayerL2 s => $"{(s.EncoderRate is { } rate ? $"the encoder learns at {rate}, the head at {s.LearningRate}" : $"everything learns at {s.LearningRate}")}, {(s.Everywhere ? "all weights" : "the first layer")} held small by an L2 of {s.L2}",
        LinearProbe s => $"only the head learns, at {s.LearningRate}",
        DiscriminativeRates s => $"the encoder learns at {s.EncoderRate}, the head at {s.HeadRate}",
        LayerwiseDecay s => $"the top layer learns at {s.LearningRate}, each one below at {s.Decay:0.##} of the one above",
        GradualUnfreeze s => $"{Describe(s.Inner)}; one more layer every {Words.Count(s.EpochsPerLayer, "epoch")}, from the top",
        ProbeThenTune s => $"only the head learns for {Words.Count(s.ProbeEpochs, "epoch")}, at {s.ProbeRate}; then {Describe(s.Inner)}",
        Surgical s => $"{Describe(s.Inner)}, but of the encoder only {s.Glob ?? "the bottom layer"}",
        BiasOnly s => $"the encoder's biases learn at {s.LearningRate}, the head at {s.HeadRate}",
        Lora s => $"low-rank parts of rank {s.Rank} learn at {s.LearningRate} in the encoder's maps, the head at {s.HeadRate}",
        Adapters s => $"an adapter of {s.Bottleneck} columns beside each layer learns at {s.LearningRate}, the head at {s.HeadRate}",
        GraphPrompt s => $"{Words.Count(s.Vectors, "vector")} added to the features learns at {s.LearningRate}, the head at {s.HeadRate}",
        L2Sp s => $"{Describe(s.Inner)}; the encoder is pulled to its start with {s.Strength}",
        Bss s => $"{Describe(s.Inner)}; small singular values of the features are held down with {s.Strength}",
        Delta s => $"{Describe(s.Inner)}; embeddings are held to those of the start with {s.Strength}",
        Gtot s => $"{Describe(s.Inner)}; embeddings are held to those of the start, up to a move to a neighbour, with {s.Strength}",
        FrozenBelow s => $"{Describe(s.Inner)}, the lowest {Words.Count(s.Layers, "layer")} frozen",
        ByLabelCount s => $"for {Words.Count(s.Labels, "label")}, {Describe(s.Chosen)}",
        _ => $"{strategy}",
    };
}
