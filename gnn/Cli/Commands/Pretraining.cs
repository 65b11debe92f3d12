using System.CommandLine;
using GraphTune.Cli.Rendering;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Pretrain;

namespace GraphTune.Cli.Commands;

/// <summary>Pre-trains an encoder, as <c>pretrain</c> does it and as <c>finetune</c> does it where no encoder is given.</summary>
/// <param name="epochsOption">What the command calls the number of epochs.</param>
internal sealed class Pretraining(string epochsOption)
{
    private const uint WeightStream = 1;
    private static readonly (string Name, IPretext Task)[] Pretexts = [.. new IPretext[] { new MaskedFeatures(), new EdgePrediction() }.Select(task => (task.Name, task))];

    private readonly Option<string> pretext = Flags.Word("--pretext", "What pre-training asks", Pretexts[0].Name, [.. Pretexts.Select(p => p.Name)]);
    private readonly Option<int> epochs = Flags.Whole(epochsOption, "Epochs of pre-training, each one step on the whole graph.", 1, 1_000_000, 200);

    public void AddTo(Command command)
    {
        command.Options.Add(pretext);
        command.Options.Add(epochs);
    }

    /// <summary>An encoder with fresh weights.</summary>
    public static Encoder Fresh(Device device, EncoderOptions options, ulong seed) => new(device, options, new Rng(seed, WeightStream));

    /// <summary>Trains the encoder, and shows it.</summary>
    public TrainReport Run(Session session, Encoder encoder, Graph graph, Tensor features, ulong seed)
    {
        TrainReport? report = null;
        TrainingView.Follow(session, runs: 1, view =>
        {
            report = new Pretrainer
            {
                Pretext = Pretexts.First(p => p.Name == session.Value(pretext)).Task,
                Epochs = session.Value(epochs),
                Seed = seed,
                Progress = epoch => view.Epoch("pre-training", epoch),
                Cancel = session.Cancel,
            }.Run(encoder, graph, features);
            view.RunEnded();
        });
        return report!;
    }

    /// <summary>What was done, in a line.</summary>
    public string Describe(Session session, TrainReport report) =>
        $"{session.Value(pretext)}, {Words.Count(report.Epochs.Count, "epoch")}, {Words.Duration(report.Seconds)}";
}
