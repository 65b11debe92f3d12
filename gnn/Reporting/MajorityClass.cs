using System.Diagnostics;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;

namespace GraphTune.Gnn.Reporting;

/// <summary>Says the same of every row: how often each class is among the training labels, or their mean. The floor that any method must leave.</summary>
public sealed record MajorityClass : IMethod
{
    internal const string Majority = "majority";

    /// <inheritdoc/>
    public string Name => Majority;

    /// <inheritdoc/>
    public bool Pretrained => false;

    /// <inheritdoc/>
    public string? Identity(int labels) => "majority 1";

    /// <inheritdoc/>
    public RunResult Run(Bench bench, Split split, ulong seed, RunWatch watch)
    {
        var clock = Stopwatch.StartNew();
        var row = Prior(bench.Targets, split.Train);
        var outputs = new float[bench.Rows * row.Length];
        for (var i = 0; i < bench.Rows; i++) row.CopyTo(outputs.AsSpan(i * row.Length));
        return new(seed, bench.Judge(split, _ => outputs), bench.Score(outputs, split.Validation), 0, "") { Seconds = clock.Elapsed.TotalSeconds };
    }

    // Half a label more of each class keeps logarithms finite.
    private static float[] Prior(Targets targets, int[] train) => targets.Kind switch
    {
        TaskKind.MultiClass => [.. Enumerable.Range(0, targets.Classes).Select(c => (float)Math.Log((train.Count(row => targets.Of(row) == c) + 0.5) / (train.Length + 0.5 * targets.Classes)))],
        TaskKind.Binary => [.. Enumerable.Range(0, targets.Tasks).Select(t => (float)Math.Log((train.Count(row => targets.Of(row, t) == 1) + 0.5) / (train.Count(row => targets.Of(row, t) == 0) + 0.5)))],
        _ => [.. Enumerable.Range(0, targets.Tasks).Select(t => train.Select(row => targets.Of(row, t)).Where(float.IsFinite).DefaultIfEmpty(0).Average())],
    };
}
