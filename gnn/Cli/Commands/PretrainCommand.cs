using System.CommandLine;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Pretrain;

namespace GraphTune.Cli.Commands;

/// <summary><c>graphtune pretrain</c>: an encoder from an unlabelled graph, or from many.</summary>
internal sealed class PretrainCommand : ToolCommand
{
    private readonly DataOptions data = new();
    private readonly ModelOptions model = new();
    private readonly Pretraining pretraining = new("--epochs");
    private readonly Option<int> seed;
    private readonly Option<string> file;
    private readonly Option<string?> encoder;

    public PretrainCommand() : base("pretrain", "Train an encoder on a graph, or on many such as molecules, without its labels, and save it.")
    {
        data.AddTo(this);
        model.AddTo(this);
        pretraining.AddTo(this, manyGraphs: true);
        encoder = Add(Flags.OptionalText("--encoder", "An encoder to go on from, a safetensors or PyTorch file: labels after a task without, say; without it, fresh weights.", "FILE"));
        seed = Add(Flags.Seed());
        file = Add(new Option<string>("--out") { Description = "Where the encoder goes, a safetensors file.", HelpName = "FILE", Required = true });
    }

    public override int Run(Session session)
    {
        var output = Output.At("--out", session.Value(file))!;
        if (data.HoldsGraphs(session)) return new GraphPretraining(model, pretraining, session.Value(encoder)).Run(session, data.OpenGraphs(session), output, (ulong)session.Value(seed));
        var set = data.Open(session);
        session.Say(DataOptions.Describe(set));
        using var device = session.OpenDevice();
        using var graph = Graph.From(device, set.Edges);
        using var features = Tensor.From(device, new Shape(set.Nodes, set.Features.Columns), set.Features.ToDense());
        using var trained = session.Value(encoder) is { } start
            ? Checkpoints.Encoder(device, start, own => model.For(session, set, own))
            : Pretraining.Fresh(device, model.For(session, set, Setup.For(set, model.Convolution(session)).Classifier.Encoder), (ulong)session.Value(seed));

        using var unlabelled = PretextData.Of(graph, features);
        var report = pretraining.Run(session, trained, graph, features, bagOfWords: set.Features.Sparse is not null, (ulong)session.Value(seed));

        var how = pretraining.Describe(session, report);
        output.Save(trained, new Dictionary<string, string> { ["data"] = set.Name, ["pretraining"] = how, [PretrainingStatistics.Key] = PretrainingStatistics.Of(set).ToJson() });
        session.Print($"{output}: an encoder pre-trained on {set.Name} ({how}), {Words.Bytes(report.PeakBytes)} at most on {device}{(report.Cancelled ? "; stopped before the end" : "")}");
        var quality = Pretraining.Judge(session, trained, unlabelled);
        session.Answer(new { data = set.Name, epochs = report.Epochs.Count, loss = report.Epochs is [.., var last] ? last.Loss : (double?)null, seconds = report.Seconds, peakBytes = report.PeakBytes, quality, weightsSha256 = trained.Sha256(), file = output.ToString() });
        return report.Cancelled ? ExitCode.Cancelled : ExitCode.Done;
    }
}
