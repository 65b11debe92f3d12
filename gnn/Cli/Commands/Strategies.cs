using GraphTune.Cli.Rendering;
using GraphTune.Gnn.FineTune;

namespace GraphTune.Cli.Commands;

/// <summary>The strategies that <c>--strategy</c> can choose, by name.</summary>
internal static class Strategies
{
    private static readonly (string Name, Func<int, IStrategy> Make)[] All =
    [
        ("recipe", labels => new ByLabelCount(labels)),
        ("full", _ => new Full()),
        ("linear-probe", _ => new LinearProbe()),
        ("gradual", _ => new GradualUnfreeze(new LayerwiseDecay(), EpochsPerLayer: 4)),
        ("layer-wise", _ => new LayerwiseDecay()),
        ("discriminative", _ => new DiscriminativeRates()),
    ];

    public static string[] Names => [.. All.Select(s => s.Name)];

    /// <summary>The strategy of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="labels">Number of training labels, which the recipe goes by.</param>
    public static IStrategy ByName(string name, int labels) => All.First(s => s.Name == name).Make(labels);

    /// <summary>What a method does, in a line: the strategy and the loop.</summary>
    public static string Describe(FineTuner tuner) =>
        $"{Describe(tuner.Strategy)}; {tuner.Epochs} epochs of {Words.Count(tuner.StepsPerEpoch, "step")}, {(tuner.Cosine ? "cosine" : "constant")} rate";

    private static string Describe(IStrategy strategy) => strategy switch
    {
        Full s => $"everything learns at {s.LearningRate}",
        FirstLayerL2 s => $"everything learns at {s.LearningRate}, {(s.Everywhere ? "all weights" : "the first layer")} held small by an L2 of {s.L2}",
        LinearProbe s => $"only the head learns, at {s.LearningRate}",
        DiscriminativeRates s => $"the encoder learns at {s.EncoderRate}, the head at {s.HeadRate}",
        LayerwiseDecay s => $"the top layer learns at {s.LearningRate}, each one below at {s.Decay:0.##} of the one above",
        GradualUnfreeze s => $"{Describe(s.Inner)}; one more layer every {Words.Count(s.EpochsPerLayer, "epoch")}, from the top",
        ByLabelCount s => $"for {Words.Count(s.Labels, "label")}, {Describe(s.Chosen)}",
        _ => $"{strategy}",
    };
}
