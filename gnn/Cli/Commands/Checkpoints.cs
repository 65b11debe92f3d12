using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;

namespace GraphTune.Cli.Commands;

/// <summary>Models from files. A file says what it holds; the data say how many features and classes there must be, and what does not fit is named tensor by tensor.</summary>
internal static class Checkpoints
{
    /// <summary>The encoder of a file, which may hold an encoder alone or a whole classifier.</summary>
    /// <param name="device">Where it is to live.</param>
    /// <param name="path">A safetensors file.</param>
    /// <param name="options">The encoder to build, from what the file says of itself; null where it says nothing.</param>
    public static Encoder Encoder(Device device, string path, Func<EncoderOptions?, EncoderOptions> options)
    {
        var file = SafeTensors.Read(path);
        var kind = file.Metadata.GetValueOrDefault(Checkpoint.ModelKey);
        var stored = file.Metadata.GetValueOrDefault(Checkpoint.OptionsKey) ?? "";
        var classifier = kind == ClassifierOptions.Kind;
        var own = classifier ? ClassifierOptions.FromJson(stored).Encoder : kind == EncoderOptions.Kind ? EncoderOptions.FromJson(stored) : null;
        return Filled(new Encoder(device, options(own), new Rng(0)), file, path, new LoadOptions { FilePrefix = classifier ? "encoder." : "" });
    }

    /// <summary>The classifier of a file.</summary>
    /// <param name="device">Where it is to live.</param>
    /// <param name="path">What <c>finetune --out</c> wrote.</param>
    /// <param name="data">The features it must fit, and the classes where the data has any.</param>
    public static NodeClassifier Classifier(Device device, string path, NodeDataset data)
    {
        var file = SafeTensors.Read(path);
        if (file.Metadata.GetValueOrDefault(Checkpoint.ModelKey) != ClassifierOptions.Kind || !file.Metadata.TryGetValue(Checkpoint.OptionsKey, out var stored))
            throw new InvalidDataException($"{path}: {Checkpoint.ModelKey} is '{file.Metadata.GetValueOrDefault(Checkpoint.ModelKey)}', expected '{ClassifierOptions.Kind}'; give a file that finetune --out wrote");
        var own = ClassifierOptions.FromJson(stored);
        var options = own with { Encoder = own.Encoder with { Inputs = data.Features.Columns }, Head = own.Head with { Classes = data.Classes > 0 ? data.Classes : own.Head.Classes } };
        return Filled(new NodeClassifier(device, options, seed: 0), file, path, new LoadOptions());
    }

    private static T Filled<T>(T model, SafeTensors file, string path, LoadOptions options) where T : Module
    {
        try
        {
            Checkpoint.Load(file, path, model, options);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
