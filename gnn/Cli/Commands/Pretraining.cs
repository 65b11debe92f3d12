using System.CommandLine;
using GraphTune.Autograd;
using GraphTune.Cli.Rendering;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Pretrain;

namespace GraphTune.Cli.Commands;

/// <summary>Pre-trains an encoder, as <c>pretrain</c> does it and as <c>finetune</c> does it where no encoder is given.</summary>
/// <param name="epochsOption">What the command calls the number of epochs.</param>
internal sealed class Pretraining(string epochsOption)
{
    /// <summary>Names the initial weights among all that the seed names.</summary>
    public const uint WeightStream = 1;

    private const float GraphsRate = 1e-3f;   // Hu et al. 2020
    private const float WordsRate = 1e-3f, WordsDecay = 2e-4f;   // Hou et al. 2022
    private static readonly MaskedFeatures ForWords = new() { Noise = 0.05f, Gamma = 3 };
    private static readonly (string Name, IPretext Task)[] Pretexts = [.. new IPretext[] { new MaskedFeatures(), new EdgePrediction(), new AttributeMasking(), new ContextPrediction(), new SupervisedLabels(), new DeepGraphInfomax(), new GraphCl(), new Bgrl() }.Select(task => (task.Name, task))];

    private readonly Option<string> pretext = Flags.Word("--pretext", "What pre-training asks", Pretexts[0].Name, [.. Pretexts.Select(p => p.Name)]);
    private readonly Option<int> epochs = Flags.Whole(epochsOption, "Epochs of pre-training, each one step on the whole graph or one pass over many; of many 100, if it is not given.", 1, 1_000_000, 200);
    private readonly Option<int> batchSize = Flags.Whole("--batch-size", "Graphs of a pre-training step, where the data holds many.", 1, 1_000_000, 256);

    public void AddTo(Command command, bool manyGraphs = false)
    {
        command.Options.Add(pretext);
        command.Options.Add(epochs);
        if (manyGraphs) command.Options.Add(batchSize);
    }

    /// <summary>Graphs of a step.</summary>
    public int BatchSize(Session session) => session.Value(batchSize);

    /// <summary>An encoder with fresh weights.</summary>
    public static Encoder Fresh(Device device, EncoderOptions options, ulong seed) => new(device, options, new Rng(seed, WeightStream));

    /// <summary>Trains the encoder, and shows it; on bags of words with what was published for Cora.</summary>
    public TrainReport Run(Session session, Encoder encoder, Graph graph, Tensor features, bool bagOfWords, ulong seed)
    {
        var loop = Loop(session, manyGraphs: false, seed);
        if (bagOfWords) loop = loop with { Pretext = loop.Pretext is MaskedFeatures ? ForWords : loop.Pretext, LearningRate = WordsRate, WeightDecay = WordsDecay, WarmUp = 0f };
        return Follow(session, loop, pretrainer => pretrainer.Run(encoder, graph, features));
    }

    /// <summary>Trains the encoder on many graphs, at Hu et al.'s rate and without weight decay, and shows it.</summary>
    public TrainReport Run(Session session, GraphEncoder encoder, PretextData data, ulong seed) =>
        Follow(session, Loop(session, manyGraphs: true, seed) with { LearningRate = GraphsRate, WeightDecay = 0f }, pretrainer => pretrainer.Run(encoder, data));

    private Pretrainer Loop(Session session, bool manyGraphs, ulong seed) => new()
    {
        Pretext = Pretexts.First(p => p.Name == Task(session, manyGraphs)).Task,
        Epochs = manyGraphs && !session.Gives(epochs) ? 100 : session.Value(epochs),
        Seed = seed,
        Cancel = session.Cancel,
    };

    private string Task(Session session, bool manyGraphs) => manyGraphs && !session.Gives(pretext) ? "attribute-masking" : session.Value(pretext);

    private static TrainReport Follow(Session session, Pretrainer loop, Func<Pretrainer, TrainReport> run)
    {
        TrainReport? report = null;
        TrainingView.Follow(session, runs: 1, view =>
        {
            report = run(loop with { Progress = epoch => view.Epoch("pre-training", epoch) });
            view.RunEnded();
        });
        return report!;
    }

    /// <summary>Says what the embeddings are like, labels aside; of many graphs, those of one batch.</summary>
    public static object Judge(Session session, GraphEncoder encoder, PretextData data)
    {
        using var tape = Tape.Infer(data.Device);
        return Quality.Say(session, EmbeddingQuality.Of(encoder.Embed(tape, data.Next()).ToArray(), encoder.Width));
    }

    /// <summary>What was done, in a line.</summary>
    public string Describe(Session session, TrainReport report, bool manyGraphs = false) =>
        $"{Task(session, manyGraphs)}, {Words.Count(report.Epochs.Count, "epoch")}, {Words.Duration(report.Seconds)}";
}
