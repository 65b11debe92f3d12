using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class MutagTests
{
    // Published, ten folds: 89.4 ± 5.6 (Xu et al. 2019). Three folds and few epochs here: that real files, batches and folds fit together.
    [Test]
    public void A_GIN_learns_three_folds_of_MUTAG()
    {
        var data = Datasets.OpenGraphs(SharedData.At("data", "tu"), "MUTAG");
        data = data with { NodeFeatures = data.NodeCodes!.OneHot() };
        using var device = new CpuDevice(2);
        var task = new GraphTask(device, data);
        var accuracy = new List<double>();
        for (var fold = 0; fold < 3; fold++)
        {
            using var model = new GraphClassifier(device, new()
            {
                Encoder = new() { Convolution = ConvolutionKind.Gin, Inputs = data.NodeFeatures.Columns, Hidden = 32, Layers = 4, Norm = NormKind.Batch, Dropout = 0.2f },
                Head = new() { Outputs = task.Outputs, Readout = Autograd.Ops.Aggregation.Sum },
            }, seed: (ulong)fold);
            accuracy.Add(new FineTuner { Strategy = new Full(5e-3f), Epochs = 40, Seed = (ulong)fold }.Run(model, task.WithSplit(fold)).Test);
        }
        TestContext.Out.WriteLine($"test accuracy by fold: {string.Join(", ", accuracy.Select(a => a.ToString("0.000")))}");

        Assert.That(accuracy.Average(), Is.GreaterThan(0.75), "two of three molecules are of the larger class");
    }
}
