using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Pretrain;
using GraphTune.Gnn.Reporting;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Where labels say nothing, a report must say nothing: 100 independent reports, each on a graph, a shuffle and an encoder of its own.</summary>
/// <remarks>
/// Splits of one graph share nodes, and in a small graph shuffled labels agree a little with its features by chance: then methods do differ on
/// that graph, which the intervals, being those of other seeds on the same graph, see. With 160 nodes and one comparison fewer, 94 of 100 reports
/// saw no difference; 600 nodes leave too little of that to matter.
/// </remarks>
public sealed class ShuffledLabelsTests
{
    private const int Reports = 100, Seeds = 10;

    [Test]
    public void On_shuffled_labels_95_of_100_reports_see_no_difference()
    {
        using var device = Devices.ByName("cpu", 1);   // so small that a second thread only waits
        var verdicts = Enumerable.Range(0, Reports).Select(seed => Verdict(device, (ulong)seed)).ToArray();
        var none = verdicts.Count(v => v == "no detectable difference");

        TestContext.Out.WriteLine($"no detectable difference in {none} of {Reports} reports ({verdicts.Count(v => v == "better")} better, {verdicts.Count(v => v == "worse")} worse)");
        Assert.That(none, Is.GreaterThanOrEqualTo(95));
    }

    private static string Verdict(Device device, ulong seed)
    {
        var data = Shuffled(seed);
        var options = new ClassifierOptions { Encoder = new() { Inputs = data.Features.Columns, Hidden = 8, Norm = NormKind.Batch }, Head = new() { Classes = data.Classes, Hidden = 8, Dropout = 0 } };
        using var encoder = new Encoder(device, options.Encoder, new Rng(seed, 9));
        using (var task = new NodeTask(device, data)) new Pretrainer { Pretext = new MaskedFeatures(), Epochs = 10, Seed = seed }.Run(encoder, task.Graph, task.Features);
        using var bench = new NodeBench(data, options, encoder);
        var tuner = new FineTuner { Strategy = new Full(1e-2f), Epochs = 3, StepsPerEpoch = 4 };
        var result = new Report
        {
            Methods = [new NearestNeighbours(), new Method(Report.Baseline, false, tuner), new Method("full", true, tuner), new Method(Report.Chosen, true, tuner with { Strategy = new ByLabelCount(bench.Labels) })],
            Seeds = Seeds,
        }.Run(bench);
        return result.Chosen.Cells[^1].Gain!.Verdict;
    }

    private static NodeDataset Shuffled(ulong seed)
    {
        var data = new SyntheticCommunities { Nodes = 600, Edges = 2400, Communities = 4, Classes = 2, Features = 8, Noise = 0.3, TrainPerClass = 15, Validation = 40, Splits = 1, Seed = seed }.Build();
        var labels = (int[])data.Labels.Clone();
        new Rng(seed, 77).Shuffle<int>(labels);
        return data with { Labels = labels, Splits = [.. Enumerable.Range(0, Seeds).Select(i => RandomSplits.PerClassThenAny("shuffled", labels, 2, 15, 40, seed * 1000 + (ulong)i))] };
    }
}
