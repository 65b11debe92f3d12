using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Reporting;

namespace GraphTune.Tests;

/// <summary>A method whose scores are made up, and which counts how often it runs.</summary>
internal sealed class MadeMethod(string name, Func<int, ulong, double> score, bool pretrained = true, string? identity = "made") : IMethod
{
    public int Runs { get; private set; }

    public string Name => name;

    public bool Pretrained => pretrained;

    public string? Identity(int labels) => identity;

    public RunResult Run(Bench bench, Split split, ulong seed, RunWatch watch)
    {
        Runs++;
        return new(seed, score(split.Train.Length, seed), 0.5, 3, new string('a', 64))
        {
            Seconds = 0.5,
            PeakBytes = 1000,
            Distances = [new("encoder.0", 1, 0.1 + 0.01 * seed), new("head", 2, 0.9)],
            Reliability = [new(10, 0.35, 0.3), new(30, 0.85, 0.8)],
        };
    }
}

/// <summary>Reports on the tiny graph whose scores are made up.</summary>
internal static class MadeReport
{
    private static readonly Lazy<NodeBench> Made = new(() => new NodeBench(Tiny.Data, Tiny.Options(), new Encoder(TestDevices.Cpu, Tiny.Options().Encoder, new Rng(1))));

    /// <summary>24 to 32 training labels of 4 classes.</summary>
    public static Bench Bench => Made.Value;

    /// <summary>A wobble that is the same for all methods of a seed, and one that is not.</summary>
    public static double Noise(ulong seed, ulong of) => 0.02 * (new Rng(seed).NextSingle() - 0.5) + 0.004 * (new Rng(seed, (uint)of).NextSingle() - 0.5);

    /// <summary>From scratch, 0.1 more for every fourfold of labels; the recipe so much more.</summary>
    public static Report Of(double gain, int seeds = 6, params IMethod[] more) => new()
    {
        Methods =
        [
            new MadeMethod("majority", (_, _) => 0.25, pretrained: false),
            new MadeMethod(Report.Baseline, (labels, seed) => 0.4 + 0.1 * Math.Log(labels / 8.0) / Math.Log(4) + Noise(seed, 1), pretrained: false),
            new MadeMethod(Report.Chosen, (labels, seed) => 0.4 + 0.1 * Math.Log(labels / 8.0) / Math.Log(4) + gain + Noise(seed, 2)),
            .. more,
        ],
        Budgets = [8, 16, null],
        Seeds = seeds,
        Facts = [("data", "made & <odd>"), ("encoder", "none")],
        Decisions = [new("strategy", "full", "few labels | many", "weak")],
        Command = "graphtune report --seeds 6",
    };
}
