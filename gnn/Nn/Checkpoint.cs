using System.Globalization;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>A model's parameters and buffers in a safetensors file, under their paths; names and layouts are PyTorch's.</summary>
/// <remarks>A file may carry adapters, prompts or low-rank parts beside an encoder's weights: the model that loads it is given them. A file without them is as it always was.</remarks>
public static class Checkpoint
{
    /// <summary>The version of the metadata that <see cref="Save"/> writes.</summary>
    public const int FormatVersion = 1;

    /// <summary>The metadata key of the format version.</summary>
    public const string FormatKey = "graphtune.format";

    /// <summary>The metadata key of the model's kind: <c>encoder</c>, <c>node-classifier</c>.</summary>
    public const string ModelKey = "graphtune.model";

    /// <summary>The metadata key of the model's options, as JSON.</summary>
    public const string OptionsKey = "graphtune.options";

    private const string Counter = "num_batches_tracked";

    /// <summary>Writes every parameter and buffer of a module; the file appears whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="module">What to save. A model that knows how to be built again (<see cref="IRebuildable"/>) has that written too.</param>
    /// <param name="notes">Free text by key, such as how it was trained.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, Module module, IReadOnlyDictionary<string, string>? notes = null)
    {
        var metadata = new Dictionary<string, string>(notes ?? new Dictionary<string, string>()) { [FormatKey] = FormatVersion.ToString(CultureInfo.InvariantCulture) };
        if (module is IRebuildable rebuildable) (metadata[ModelKey], metadata[OptionsKey]) = (rebuildable.Kind, rebuildable.OptionsJson);
        new SafeTensors(module.Weights.Select(w => Stored(w.Path, w.Value)), metadata).Write(path);
    }

    // A count is a whole number without an axis in PyTorch.
    private static HostTensor Stored(string path, Tensor value) => path == Counter || path.EndsWith($".{Counter}", StringComparison.Ordinal)
        ? HostTensor.Of(path, [], [(long)value.Item()])
        : HostTensor.Of(path, Sizes(value.Shape), value.ToArray());

    /// <summary>Reads tensors into the parameters and buffers of the same names.</summary>
    /// <param name="path">A safetensors file, or a PyTorch file of either format (<see cref="CheckpointFile"/>).</param>
    /// <param name="module">What to fill; untouched where this throws.</param>
    /// <param name="options">Which tensors, under which names, and whether all must fit; null for all, as they are, strictly.</param>
    /// <returns>What matched and what did not.</returns>
    /// <exception cref="InvalidDataException">The file breaks the format, or, where strict, a tensor is missing, unexpected or of another shape; the message names them.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static LoadReport Load(string path, Module module, LoadOptions? options = null) => Load(CheckpointFile.Read(path), path, module, options);

    /// <summary>Reads tensors into the parameters and buffers that a name map gives them to.</summary>
    /// <param name="path">A safetensors file, or a PyTorch file of either format.</param>
    /// <param name="module">What to fill; untouched where this throws.</param>
    /// <param name="map">How the file's names become the model's.</param>
    /// <param name="glob">Only parameters and buffers of the model whose path matches are filled.</param>
    /// <param name="strict">Whether every wanted tensor must be there with its shape, and no other be left over.</param>
    /// <inheritdoc cref="Load(string, Module, LoadOptions?)" path="/returns|/exception"/>
    public static LoadReport Load(string path, Module module, NameMap map, string glob = "*", bool strict = true) =>
        Load(path, module, new LoadOptions { Map = map, Glob = glob, Strict = strict });

    /// <inheritdoc cref="Load(string, Module, LoadOptions?)"/>
    /// <param name="file">The file's content.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="module">What to fill; untouched where this throws.</param>
    /// <param name="options">Which tensors, under which names, and whether all must fit; null for all, as they are, strictly.</param>
    public static LoadReport Load(SafeTensors file, string path, Module module, LoadOptions? options = null)
    {
        options ??= new();
        var offered = options.Offered(file);
        CarriedParts.AddTo(module, offered);
        var wanted = module.Weights.Where(w => options.Wants(w.Path)).ToDictionary(w => w.Path, w => w.Value);
        var report = LoadReport.Compare(offered, wanted);
        if (options.Strict && !report.Complete) throw new InvalidDataException($"{path} does not fit the model: {report}.");
        foreach (var name in report.Matched) wanted[name].Write(offered[name].ToFloats());
        return report;
    }

    /// <summary>What a file says of the model in it.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <returns>The model's kind and its options as JSON.</returns>
    /// <exception cref="InvalidDataException">It says nothing, or was written by a later version.</exception>
    public static (string Kind, string OptionsJson) Origin(SafeTensors file, string path)
    {
        if (!file.Metadata.TryGetValue(ModelKey, out var kind) || !file.Metadata.TryGetValue(OptionsKey, out var options))
            throw new InvalidDataException($"{path} does not say which model it holds (no {ModelKey} and {OptionsKey} in its metadata); build the model and use Checkpoint.Load");
        if (!int.TryParse(file.Metadata.GetValueOrDefault(FormatKey), CultureInfo.InvariantCulture, out var version) || version > FormatVersion)
            throw new InvalidDataException($"{path}: {FormatKey} is '{file.Metadata.GetValueOrDefault(FormatKey)}'; this version reads up to {FormatVersion}");
        return (kind, options);
    }

    /// <summary>A model with a file's tensors in it; where they do not fit, the model is disposed of.</summary>
    /// <param name="model">A fresh model.</param>
    /// <param name="file">The file's content.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="options">Which tensors, under which names, and whether all must fit; null for all, as they are, strictly.</param>
    /// <returns>That model.</returns>
    /// <exception cref="InvalidDataException">A tensor is missing, unexpected or of another shape; the message names it.</exception>
    public static T Filled<T>(T model, SafeTensors file, string path, LoadOptions? options = null) where T : Module
    {
        try
        {
            Load(file, path, model, options);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    internal static long[] Sizes(Shape shape)
    {
        var sizes = new long[shape.Rank];
        for (var axis = 0; axis < sizes.Length; axis++) sizes[axis] = shape[axis];
        return sizes;
    }
}
