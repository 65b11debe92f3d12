using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Models;
using GraphTune.Gnn.Pretrain;

namespace GraphTune.Cli.Commands;

/// <summary>Models from files. A file says what it holds; the data say how many features and classes there must be, and what does not fit is named tensor by tensor.</summary>
internal static class Checkpoints
{
    /// <summary>The encoder of a file, which may hold an encoder alone or a whole classifier.</summary>
    /// <param name="device">Where it is to live.</param>
    /// <param name="path">A safetensors or PyTorch file.</param>
    /// <param name="options">The encoder to build, from what the file says or shows of itself.</param>
    /// <exception cref="UsageException">It is an encoder of molecules.</exception>
    public static Encoder Encoder(Device device, string path, Func<EncoderOptions, EncoderOptions> options)
    {
        var file = CheckpointFile.Read(path);
        var plan = EncoderFile.Recognise(file, path);
        if (plan.Plain is not { } own) throw new UsageException($"{path} holds a {plan}; this command needs an encoder of node features");
        return (Encoder)(plan with { Plain = options(own) }).Load(file, path, device);
    }

    /// <summary>The encoder of a file, whichever it holds.</summary>
    /// <param name="device">Where it is to live.</param>
    /// <param name="path">A safetensors or PyTorch file.</param>
    /// <param name="body">The body that the command line names, where the file's tensors do not tell; null for none.</param>
    public static Module AnyEncoder(Device device, string path, string? body) => EncoderFile.Load(path, device, body == "sage" ? "graphsage" : body);

    /// <summary>What a file says its model's outputs are to be read by; null where it says nothing.</summary>
    public static Calibration? Calibration(string path) => CheckpointFile.Read(path).Metadata.TryGetValue(Gnn.Metrics.Calibration.Key, out var json) ? Gnn.Metrics.Calibration.FromJson(json) : null;

    /// <summary>What a file says of the graphs that its encoder was pre-trained on; null where it says nothing.</summary>
    public static PretrainingStatistics? Statistics(string path) => CheckpointFile.Read(path).Metadata.TryGetValue(PretrainingStatistics.Key, out var json) ? PretrainingStatistics.FromJson(json) : null;

    /// <summary>The classifier of a file.</summary>
    /// <param name="device">Where it is to live.</param>
    /// <param name="path">What <c>finetune --out</c> wrote.</param>
    /// <param name="data">The features it must fit, and the classes where the data has any.</param>
    public static NodeClassifier Classifier(Device device, string path, NodeDataset data)
    {
        var file = CheckpointFile.Read(path);
        if (file.Metadata.GetValueOrDefault(Checkpoint.ModelKey) != ClassifierOptions.Kind || !file.Metadata.TryGetValue(Checkpoint.OptionsKey, out var stored))
            throw new InvalidDataException($"{path}: {Checkpoint.ModelKey} is '{file.Metadata.GetValueOrDefault(Checkpoint.ModelKey)}', expected '{ClassifierOptions.Kind}'; give a file that finetune --out wrote");
        var own = ClassifierOptions.FromJson(stored);
        var options = own with { Encoder = own.Encoder with { Inputs = data.Features.Columns }, Head = own.Head with { Classes = data.Classes > 0 ? data.Classes : own.Head.Classes } };
        return Checkpoint.Filled(new NodeClassifier(device, options, seed: 0), file, path);
    }
}
