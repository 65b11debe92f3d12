#:project ../GraphTune.Gnn.csproj
#:property PublishAot=false

// A strategy of one's own: one type, and nothing else changes. Here every second layer learns, beside the head; the others stay frozen.
// dotnet run gnn/samples/OwnStrategy.cs

using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Optim;

using var device = Devices.Best();
using var task = new NodeTask(device, Datasets.Open(name: "synthetic"));
using var model = new NodeClassifier(device, new ClassifierOptions
{
    Encoder = new() { Inputs = task.Inputs, Hidden = 32, Layers = 3, Norm = NormKind.Batch },
    Head = new() { Classes = task.Classes },
}, seed: 7);

var report = new FineTuner { Strategy = new OddLayers(), Epochs = 5, StepsPerEpoch = 5, Seed = 7 }.Run(model, task);

Console.WriteLine(report);
foreach (var layer in report.Distances) Console.WriteLine($"  {layer.Layer}: {(layer.L2 > 0 ? "moved" : "frozen")}");

/// <summary>The head and the layers 1, 3, … of the encoder, counted from the input, learn at one rate.</summary>
internal sealed record OddLayers(float LearningRate = 1e-2f) : IStrategy
{
    public IEnumerable<ParameterGroup> Groups(Module model, int epoch)
    {
        var parts = ModelParts.Of(model);
        yield return new("head", parts.Head, LearningRate);
        foreach (var (i, layer) in parts.TopDown.Skip(1).Reverse().Index())
            if (i % 2 == 1) yield return new(layer.Name, model.Select(layer.Glob), LearningRate);
    }
}
