using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Models;
using GraphTune.Gnn.Pretrain;

namespace GraphTune.Cli.Commands;

/// <summary>Pre-trains an encoder on many graphs and saves it.</summary>
/// <param name="model">The encoder where it is a fresh one.</param>
/// <param name="pretraining">The task and the loop.</param>
/// <param name="start">The file of an encoder to go on from, or null.</param>
internal sealed class GraphPretraining(ModelOptions model, Pretraining pretraining, string? start)
{
    /// <summary>Reads the data, trains, saves, and says what was done.</summary>
    public int Run(Session session, GraphDataset set, Output output, ulong seed)
    {
        session.Say(DataOptions.Describe(set));
        set = WithFeatures(set);
        using var device = session.OpenDevice();
        using var data = PretextData.Of(device, set, pretraining.BatchSize(session), seed);
        var (encoder, report) = Train(session, device, set, data, seed);
        using var _ = encoder;
        var how = pretraining.Describe(session, report, manyGraphs: true);
        output.Save(encoder, new Dictionary<string, string> { ["data"] = set.Name, ["pretraining"] = how, [PretrainingStatistics.Key] = Statistics(set).ToJson() });
        session.Print($"{output}: an encoder pre-trained on {set.Name} ({how}), {Words.Bytes(report.PeakBytes)} at most on {device}{(report.Cancelled ? "; stopped before the end" : "")}");
        var quality = Pretraining.Judge(session, encoder, data);
        session.Answer(new { data = set.Name, epochs = report.Epochs.Count, loss = report.Epochs is [.., var last] ? last.Loss : (double?)null, seconds = report.Seconds, peakBytes = report.PeakBytes, quality, weightsSha256 = encoder.Sha256(), file = output.ToString() });
        return report.Cancelled ? ExitCode.Cancelled : ExitCode.Done;
    }

    /// <summary>Trains an encoder; it drops again in fine-tuning, as usual, where it is one of molecules.</summary>
    public (GraphEncoder Encoder, TrainReport Report) Train(Session session, Device device, GraphDataset set, ulong seed)
    {
        set = WithFeatures(set);
        using var data = PretextData.Of(device, set, pretraining.BatchSize(session), seed);
        return Train(session, device, set, data, seed);
    }

    private (GraphEncoder Encoder, TrainReport Report) Train(Session session, Device device, GraphDataset set, PretextData data, ulong seed)
    {
        var encoder = start is null ? Fresh(session, device, set, seed) : Read(start, device);
        var report = pretraining.Run(session, encoder, data, seed);
        if (encoder is not MolecularEncoder trained) return (encoder, report);
        using var _ = trained;
        var tuned = new MolecularEncoder(device, trained.Options with { Dropout = new MolecularOptions().Dropout }, new Rng(0));
        tuned.CopyFrom(trained);
        return (tuned, report);
    }

    /// <summary>What an encoder that was pre-trained on some graphs says of them: of their features, or of the codes of molecules.</summary>
    public static PretrainingStatistics Statistics(GraphDataset set) => PretrainingStatistics.Of(WithFeatures(set));

    private static bool AreMolecules(GraphDataset set) => set.NodeCodes is { Columns: 2 } && set.EdgeCodes is { Columns: 2 };

    private static GraphDataset WithFeatures(GraphDataset set) => AreMolecules(set) || set.NodeFeatures is not null ? set : set with { NodeFeatures = set.NodeCodes?.OneHot() };

    // Without dropout, as Hu et al. pre-train.
    private GraphEncoder Fresh(Session session, Device device, GraphDataset set, ulong seed) => AreMolecules(set)
        ? new MolecularEncoder(device, model.ForMolecules(session) with { Dropout = 0f }, new Rng(seed, Pretraining.WeightStream))
        : Pretraining.Fresh(device, model.For(session, set.NodeFeatures!.Columns, new() { Inputs = 1, Layers = 5, Hidden = 64, Norm = NormKind.Batch, Dropout = 0f }), seed);

    private static GraphEncoder Read(string path, Device device)
    {
        var file = CheckpointFile.Read(path);
        var plan = EncoderFile.Recognise(file, path);
        return (GraphEncoder)(plan.Molecular is { } own ? plan with { Molecular = own with { Dropout = 0f } } : plan).Load(file, path, device);
    }
}
