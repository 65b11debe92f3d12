#:project ../GraphTune.Gnn.csproj
#:property PublishAot=false

// GIN-0 on a TU data set with its ten given folds, and a model of one's own in the fine-tuning loop: one type.
// Published (Xu et al. 2019, arXiv:1810.00826, table 1): MUTAG 89.4 ± 5.6, NCI1 82.7 ± 1.7.
// dotnet run -c Release gnn/samples/TuFolds.cs -- FOLDER [EPOCHS] [BATCH] [DROPOUT]
//
// Node labels are the features, as in the paper, or attributes where there are no labels. Two figures. The published protocol takes the one epoch whose accuracy, averaged over the held-out folds, is best: it looks at the folds it
// reports. The nested figure chooses each fold's epoch on another fold, and reads the held-out one once.

using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Layers;
using GraphTune.Gnn.Statistics;

if (args is not [var path, ..] || !args.Skip(1).Take(2).All(text => int.TryParse(text, out var number) && number > 0)
    || !args.Skip(3).All(text => float.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var share) && share is >= 0f and < 1f)) { Console.Error.WriteLine("usage: TuFolds.cs FOLDER [EPOCHS] [BATCH] [DROPOUT]"); return 2; }
if (!Path.Exists(path)) { Console.Error.WriteLine($"there is no file or folder '{path}'"); return 2; }
int epochs = args.Length > 1 ? int.Parse(args[1]) : 200, batch = args.Length > 2 ? int.Parse(args[2]) : 32;
var dropout = args.Length > 3 ? float.Parse(args[3], System.Globalization.CultureInfo.InvariantCulture) : 0.5f;
using var device = Devices.Best();
var read = Datasets.OpenGraphs(path);
var data = read with { NodeFeatures = read.NodeCodes?.OneHot() ?? read.NodeFeatures };
var folds = data.Splits;
int[][] held = [.. folds.Select(fold => Enumerable.Range(0, data.Graphs).Except(fold.Train).ToArray())];

var published = Train(i => new Split(folds[i].Train, held[i], folds[i].Test));
var curve = Enumerable.Range(0, epochs).Select(epoch => published.Average(run => run.Training.Epochs[epoch].Validation!.Value)).ToArray();
var best = Array.IndexOf(curve, curve.Max());
var at = published.Select(run => run.Training.Epochs[best].Validation!.Value).ToArray();
Console.WriteLine($"{data.Name}, published protocol: {100 * at.Average():0.0} ± {100 * Sample.StandardDeviation(at):0.0} at epoch {best} of {epochs}");

var nested = Train(i => new Split([.. folds[i].Train.Except(held[(i + 1) % folds.Count])], held[(i + 1) % folds.Count], folds[i].Test)).Select(run => run.Test).ToArray();
Console.WriteLine($"{data.Name}, nested: {100 * nested.Average():0.0} ± {100 * Sample.StandardDeviation(nested):0.0}, each fold's epoch chosen on the next fold");
return 0;

FineTuneReport[] Train(Func<int, Split> split)
{
    var task = new GraphTask(device, data with { Splits = [.. Enumerable.Range(0, folds.Count).Select(split)] }) { BatchSize = batch };
    return [.. Enumerable.Range(0, folds.Count).Select(fold =>
    {
        using var model = new Gin(device, data.NodeFeatures!.Columns, task.Outputs, dropout, seed: (ulong)fold);
        return new FineTuner { Strategy = new Full(LearningRate: 0.01f, WeightDecay: 0f), Epochs = epochs, WarmUp = 0, ClipNorm = float.PositiveInfinity, Seed = (ulong)fold }.Run(model, task.WithSplit(fold));
    })];
}

/// <summary>GIN-0: four convolutions of 32, and a linear map of each layer's sum over the graph, added up (section 4.2 of the paper).</summary>
internal sealed class Gin : Module, IGraphModel
{
    private const int Width = 32, Depth = 4;
    private readonly GinConv[] convs;
    private readonly BatchNorm[] norms;
    private readonly Linear[] readouts;
    private readonly float dropout;

    public Gin(Device device, int inputs, int outputs, float dropout, ulong seed)
    {
        (Outputs, this.dropout) = (outputs, dropout);
        var rng = new Rng(seed);
        convs = [.. Enumerable.Range(0, Depth).Select(i => Add($"conv{i}", new GinConv(device, Mlp(i == 0 ? inputs : Width))))];
        norms = [.. Enumerable.Range(0, Depth).Select(i => Add($"norm{i}", new BatchNorm(device, Width)))];
        readouts = [.. Enumerable.Range(0, Depth + 1).Select(i => Add($"readout{i}", new Linear(device, i == 0 ? inputs : Width, outputs, rng)))];

        Sequential Mlp(int width) => new(new Linear(device, width, Width, rng), new BatchNorm(device, Width), new Activation(ActivationKind.Relu), new Linear(device, Width, Width, rng));
    }

    public int Outputs { get; }

    public Var Forward(Tape tape, GraphBatch batch)
    {
        var h = tape.Input(batch.NodeFeatures!);
        var score = Readout(0, h);
        for (var i = 0; i < Depth; i++)
        {
            h = norms[i].Forward(convs[i].Forward(batch.Graph, h)).Relu();
            score += Readout(i + 1, h);
        }
        return score;

        Var Readout(int layer, Var x) => readouts[layer].Forward(x.Segment(Aggregation.Sum, batch.GraphOfNode)).Dropout(dropout);
    }
}
