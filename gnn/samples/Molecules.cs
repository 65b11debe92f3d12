#:project ../GraphTune.Gnn.csproj
#:property PublishAot=false

// Fine-tuning a published encoder of molecules by the protocol of Hu et al. 2020 (arXiv:1905.12265, section 5): scaffold split,
// Adam at 1e-3, batches of 32, dropout 0.5, 100 epochs, the test score at the epoch with the best validation score, beside the
// same architecture from scratch. NUDGE weights of the first layer start off by their last bit: what rounding alone does to a score.
// dotnet run -c Release gnn/samples/Molecules.cs -- FOLDER ENCODER [SEEDS] [EPOCHS] [NUDGE]

using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Models;
using GraphTune.Gnn.Statistics;

if (args is not [var folder, var weights, ..]) { Console.Error.WriteLine("usage: Molecules.cs FOLDER ENCODER [SEEDS] [EPOCHS] [NUDGE]"); return 2; }
int[] counts = [5, 100, 0], least = [1, 1, 0];   // SEEDS, EPOCHS, NUDGE
for (var i = 0; i < counts.Length && i + 2 < args.Length; i++)
    if (!int.TryParse(args[i + 2], out counts[i]) || counts[i] < least[i]) { Console.Error.WriteLine($"'{args[i + 2]}' is no whole number of {least[i]} or more"); return 2; }
var (seeds, epochs, nudge) = (counts[0], counts[1], counts[2]);
foreach (var place in new[] { folder, weights })
    if (!Path.Exists(place)) { Console.Error.WriteLine($"there is no file or folder '{place}'"); return 2; }
using var device = Devices.Best();
var task = new GraphTask(device, Datasets.OpenGraphs(folder));
using var published = (MolecularEncoder)EncoderFile.Load(weights, device);
var tuner = new FineTuner { Strategy = new Full(LearningRate: 1e-3f, WeightDecay: 0f), Epochs = epochs, WarmUp = 0f, Cosine = false, ClipNorm = float.PositiveInfinity };

double[] scratch = [.. Enumerable.Range(0, seeds).Select(seed => Test(pretrained: false, (ulong)seed))];
double[] tuned = [.. Enumerable.Range(0, seeds).Select(seed => Test(pretrained: true, (ulong)seed))];
Console.WriteLine($"{task.Data.Name}: from scratch {Spread(scratch)}, fine-tuned {Spread(tuned)}, {seeds} seed{(seeds == 1 ? "" : "s")} of {epochs} epochs");
if (seeds < 2) return 0;
var gain = PairedDifference.Of(tuned, scratch);
Console.WriteLine($"{task.Data.Name}: fine-tuned against scratch, seed by seed: {100 * gain.Difference.Estimate:0.0} [{100 * gain.Difference.Low:0.0}, {100 * gain.Difference.High:0.0}] points, {gain.Verdict}");
return 0;

double Test(bool pretrained, ulong seed)
{
    using var model = new MolecularPredictor(device, published.Options with { Dropout = 0.5f }, task.Outputs, new Rng(seed));
    if (pretrained) model.Encoder.CopyFrom(published);
    Nudge(model.Encoder.Parameters.First(p => p.Path.StartsWith("gnns.0.") && p.Path.EndsWith("weight")).Value);
    var report = (tuner with { Seed = seed }).Run(model, task);
    Console.WriteLine($"{(pretrained ? "fine-tuned" : "scratch")}, seed {seed}: {report}");
    return report.Test;
}

void Nudge(Tensor weight)
{
    var values = weight.ToArray();
    for (var i = 0; i < Math.Min(nudge, values.Length); i++) values[i] = MathF.BitIncrement(values[i]);
    weight.Write(values);
}

static string Spread(double[] scores) => scores.Length < 2 ? $"{100 * scores[0]:0.0}" : $"{100 * scores.Average():0.0} ± {100 * Sample.StandardDeviation(scores):0.0}";
