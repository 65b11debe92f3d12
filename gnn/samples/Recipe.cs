#:project ../GraphTune.Gnn.csproj
#:property PublishAot=false

// The usual recipe: load a pre-trained encoder, add a head, two learning rates, warm-up then cosine, 20 epochs, best epoch kept.
// dotnet run gnn/samples/Recipe.cs encoder.safetensors

using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;

if (args.Length != 1 || !File.Exists(args[0]))
{
    Console.Error.WriteLine("usage: Recipe.cs FILE, an encoder that is there");
    Environment.Exit(2);
}

using var device = Devices.Best();
using var task = new NodeTask(device, Datasets.Open(name: "synthetic"));
using var encoder = Encoder.Load(args[0], device);
using var model = encoder.WithHead(new HeadOptions { Kind = HeadKind.Mlp, Classes = task.Classes, Dropout = 0.5f }, seed: 7);

var report = new FineTuner
{
    Strategy = new DiscriminativeRates(EncoderRate: 5e-5f, HeadRate: 1e-3f, WeightDecay: 0.01f),   // AdamW
    Epochs = 20, WarmUp = 0.1f, Cosine = true, Patience = 5, Seed = 7,
}.Run(model, task);

Checkpoint.Save("model.safetensors", model);
Console.WriteLine(report);   // test accuracy, read once at the best validation epoch; time; memory
