using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Models;

namespace GraphTune.Benchmarks;

/// <summary>Tox21 and a published encoder, from the folder <c>shared</c> beside the checkout: what both sides of an epoch start from.</summary>
internal sealed class Molecules
{
    public const int BatchSize = 32;
    private const string Weights = "gcn_supervised_contextpred.safetensors";
    private const int Width = 300;

    private static readonly Lazy<Molecules> Read = new(() => new Molecules());

    private Molecules()
    {
        Data = Datasets.OpenGraphs(Path.Combine(Folder, "tox21"));
        var random = new XorShift64(1);
        var range = 1 / MathF.Sqrt(Width);
        float[] Head(int count) => [.. Enumerable.Range(0, count).Select(_ => range * random.NextSignedSingle())];
        var encoder = SafeTensors.Read(Path.Combine(Folder, "checkpoints", "hu2020", Weights)).Tensors.ToDictionary(t => $"gnn.{t.Name}", t => t.ToFloats());
        Start = new(encoder) { ["graph_pred_linear.weight"] = Head(Data.Tasks.Count * Width), ["graph_pred_linear.bias"] = Head(Data.Tasks.Count) };
        using var device = new CpuDevice(1);
        using var loader = Loader(device);
        Epoch = [.. Enumerable.Range(0, loader.Batches).Select(_ => loader.Next().Ids.ToArray())];
    }

    /// <summary>Reads everything, once.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static Molecules Tox21 => Read.Value;

    /// <summary>The molecules, with the scaffold split of Hu et al.</summary>
    public GraphDataset Data { get; }

    /// <summary>The molecules of each batch of the first pass.</summary>
    public int[][] Epoch { get; }

    /// <summary>The published weights below <c>gnn.</c>, and a head's.</summary>
    public Dictionary<string, float[]> Start { get; }

    private static string Folder
    {
        get
        {
            for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
                if (Path.Combine(at.FullName, "shared", "data", "molecules") is var folder && Directory.Exists(folder)) return folder;
            throw new FileNotFoundException($"no folder shared/data/molecules beside the checkout that holds {AppContext.BaseDirectory}");
        }
    }

    /// <summary>Batches of the training molecules, pass after pass, made ready for a model.</summary>
    public GraphLoader Loader(Device device, MolecularPredictor? model = null) => new(device, Data, Data.Splits[0].Train, new LoaderOptions { BatchSize = BatchSize, Seed = 1 }, model is null ? null : model.Prepare);
}
