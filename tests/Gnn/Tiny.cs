using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;

namespace GraphTune.Tests;

/// <summary>A task and models small enough to train in a test.</summary>
internal static class Tiny
{
    private static readonly Lazy<NodeDataset> Made = new(() => new SyntheticCommunities
    {
        Nodes = 300,
        Edges = 2400,
        Communities = 8,
        Classes = 4,
        Features = 24,
        TrainPerClass = 8,
        Validation = 60,
        Splits = 3,
        Noise = 0.3,
    }.Build());

    /// <summary>A community graph of 300 nodes.</summary>
    public static NodeDataset Data => Made.Value;

    /// <summary>The same on a device.</summary>
    public static NodeTask Task(Device device) => new(device, Data);

    /// <summary>Two layers of width 12 with batch norm under a small head.</summary>
    public static ClassifierOptions Options(ConvolutionKind convolution = ConvolutionKind.Gcn, HeadKind head = HeadKind.Mlp) => new()
    {
        Encoder = new() { Convolution = convolution, Inputs = Data.Features.Columns, Hidden = 12, Norm = NormKind.Batch },
        Head = new() { Kind = head, Classes = Data.Classes, Hidden = 10 },
    };

    /// <summary>The values of every parameter and buffer, by path.</summary>
    public static Dictionary<string, float[]> Values(Module model) => model.Weights.ToDictionary(w => w.Path, w => w.Value.ToArray());
}
