using GraphTune.Cli.Rendering;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.FineTune;

namespace GraphTune.Tests;

/// <summary>Made-up comparisons, to see how they are shown.</summary>
internal static class Findings
{
    private static readonly string[] Methods = ["scratch", "linear-probe", "full", "recipe"];

    /// <summary>Four methods; the linear probe is worse, full fine-tuning hardly differs, the recipe is better.</summary>
    public static Finding Made(int seeds = 5, int epochs = 60, string data = "made-up")
    {
        double[] level = [0.78, 0.71, 0.783, 0.82];
        Difference[] differences = seeds == 1
            ? [.. Methods.Skip(1).Select((m, i) => new Difference(m, "scratch", level[i + 1] - level[0], double.NaN, double.NaN))]
            : [new("linear-probe", "scratch", -0.07, -0.09, -0.05), new("full", "scratch", 0.003, -0.01, 0.016), new("recipe", "scratch", 0.04, 0.02, 0.06)];
        var result = new ComparisonResult
        {
            Data = data,
            Task = "node-classification",
            Metric = "accuracy",
            Methods = [.. Methods.Select((name, i) => Method(name, level[i], seeds, epochs))],
            Seconds = 83.2,
            PeakBytes = 123_456_789,
            Differences = differences,
        };
        return new(result, [("data", $"{data}, 20,000 nodes"), ("encoder", "pre-trained here")], Pretraining(epochs));
    }

    private static MethodResult Method(string name, double level, int seeds, int epochs)
    {
        var rng = new Rng(7);
        RunResult[] runs = [.. Enumerable.Range(0, seeds).Select(seed => Run((ulong)seed, level, epochs, rng))];
        return new(name, runs.Average(r => r.Score), seeds == 1 ? [null, null] : [level - 0.012, level + 0.012], runs) { About = $"how {name} learns" };
    }

    private static RunResult Run(ulong seed, double level, int epochs, Rng rng)
    {
        var score = level + 0.02 * (rng.NextSingle() - 0.5);
        EpochReport[] curve = [.. Enumerable.Range(0, epochs).Select(e => new EpochReport(e, epochs,
            0.4 + 1.6 * Math.Exp(-e / 12.0) + 0.05 * rng.NextSingle(), score - 0.5 * Math.Exp(-e / 8.0) + 0.01 * rng.NextSingle(), 0.01, 0.1 * e))];
        return new(seed, score, score + 0.01, epochs - 3, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08") { Epochs = curve, Seconds = 4 };
    }

    private static EpochReport[] Pretraining(int epochs) =>
        [.. Enumerable.Range(0, epochs).Select(e => new EpochReport(e, epochs, 0.3 + Math.Exp(-e / 20.0), null, 0.01, 0.1 * e))];
}
