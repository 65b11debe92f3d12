using System.Diagnostics;
using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;

namespace GraphTune.Gnn.Reporting;

/// <summary>The k nearest training rows vote, in the frozen encoder's embeddings; k is chosen on the validation rows.</summary>
/// <remarks>
/// Columns are scaled to deviation 1 over the training rows; distance is Euclidean, of equal distances the first training row is nearer.
/// A class's output is its share of votes, a question's the share of yes among neighbours with an answer, a number's their mean.
/// Of equal scores the largest k is taken. O(rows · training rows · width) work on the device, in slices.
/// </remarks>
public sealed record NearestNeighbours : IMethod
{
    private const int Slice = 256;
    private static readonly int[] Choices = [1, 3, 5, 10, 20, 50];

    /// <inheritdoc/>
    public string Name => "k-nn";

    /// <inheritdoc/>
    public bool Pretrained => true;

    /// <inheritdoc/>
    public string? Identity(int labels) => $"k-nn 1, k of {string.Join(", ", Choices)}";

    /// <inheritdoc/>
    public RunResult Run(Bench bench, Split split, ulong seed, RunWatch watch)
    {
        var frozen = bench.Frozen;
        var clock = Stopwatch.StartNew();
        bench.Device.Pool.ResetPeak();
        var rows = ScaledRows.By(frozen.Values, frozen.Width, split.Train);
        int[] choices = [.. Choices.Where(k => k <= split.Train.Length)];
        var nearest = Nearest(bench.Device, rows, frozen.Width, split.Train, split.Validation, choices[^1]);
        var scores = choices.Select(k => (K: k, Score: bench.Score(Votes(bench, nearest, split.Validation, k), split.Validation))).ToArray();
        var best = (bench.HigherIsBetter ? scores.MaxBy(s => (s.Score, s.K)) : scores.MinBy(s => (s.Score, -s.K)));
        var test = bench.Judge(split, judges => Votes(bench, Nearest(bench.Device, rows, frozen.Width, split.Train, judges, best.K), judges, best.K));
        return new(seed, test, best.Score, 0, "") { Seconds = frozen.Seconds + clock.Elapsed.TotalSeconds, PeakBytes = Math.Max(frozen.PeakBytes, bench.Device.Pool.PeakBytes), Choice = $"k = {best.K}" };
    }

    /// <summary>The nearest training rows of each query, the nearest first.</summary>
    /// <returns>ids[queries][k].</returns>
    internal static int[][] Nearest(Device device, float[] rows, int width, int[] train, ReadOnlySpan<int> queries, int k)
    {
        // −½‖q − t‖² = q·t − ½‖t‖² − ½‖q‖², and the last is the same for all t: a linear map whose weights are the training rows.
        var known = ScaledRows.Take(rows, width, train);
        using var weight = new Parameter(device, new Shape(train.Length, width));
        using var bias = new Parameter(device, new Shape(train.Length));
        weight.Write(known);
        bias.Write([.. Enumerable.Range(0, train.Length).Select(t => -0.5f * Square(known.AsSpan(t * width, width)))]);
        var found = new int[queries.Length][];
        for (var first = 0; first < queries.Length; first += Slice)
        {
            var some = queries.Slice(first, Math.Min(Slice, queries.Length - first));
            using var x = Tensor.From(device, new Shape(some.Length, width), ScaledRows.Take(rows, width, some));
            using var tape = Tape.Infer(device);
            var near = tape.Input(x).Linear(weight, bias).ToArray();
            for (var q = 0; q < some.Length; q++) found[first + q] = Array.ConvertAll(Largest(near.AsSpan(q * train.Length, train.Length), k), t => train[t]);
        }
        return found;
    }

    private static float Square(ReadOnlySpan<float> row)
    {
        var sum = 0.0;
        foreach (var v in row) sum += (double)v * v;
        return (float)sum;
    }

    // An insertion into the k best: nearly all candidates fail at the first comparison.
    private static int[] Largest(ReadOnlySpan<float> values, int k)
    {
        var best = new int[k];
        var count = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (count == k && !(values[i] > values[best[k - 1]])) continue;
            var at = count < k ? count++ : k - 1;
            for (; at > 0 && values[i] > values[best[at - 1]]; at--) best[at] = best[at - 1];
            best[at] = i;
        }
        return best;
    }

    private static float[] Votes(Bench bench, int[][] nearest, int[] rows, int k)
    {
        var targets = bench.Targets;
        var outputs = new float[bench.Rows * targets.Outputs];
        for (var i = 0; i < rows.Length; i++)
        {
            var y = outputs.AsSpan(rows[i] * targets.Outputs, targets.Outputs);
            if (targets.Kind == TaskKind.MultiClass)
                foreach (var near in nearest[i].AsSpan(0, k)) y[(int)targets.Of(near)] += 1f / k;
            else
                for (var t = 0; t < targets.Tasks; t++) y[t] = Mean(targets, nearest[i].AsSpan(0, k), t);
        }
        return outputs;
    }

    // A logit of 0 is an even chance, so shares of yes are moved down by a half.
    private static float Mean(Targets targets, ReadOnlySpan<int> nearest, int task)
    {
        var (sum, count) = (0.0, 0);
        foreach (var near in nearest)
            if (targets.Of(near, task) is var label && !float.IsNaN(label)) (sum, count) = (sum + label, count + 1);
        var even = targets.Kind == TaskKind.Binary ? 0.5 : 0;
        return (float)(count == 0 ? 0 : sum / count - even);
    }
}
