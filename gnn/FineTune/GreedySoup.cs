namespace GraphTune.Gnn.FineTune;

/// <summary>The mean of the weights of several runs, of which only those are taken that do not make it worse.</summary>
/// <remarks>Wortsman et al. 2022, arXiv:2203.05482, algorithm 1. Batch norms' statistics are averaged like weights. Needs one score for each run and one for each that is tried: choose on validation rows.</remarks>
public static class GreedySoup
{
    /// <summary>Gives a model the soup.</summary>
    /// <param name="model">Of the same parts as those that the runs trained.</param>
    /// <param name="runs">The weights that each run ended with, from the same start.</param>
    /// <param name="score">The score on validation rows of the model as it is.</param>
    /// <param name="higherIsBetter">Whether a larger score is a better one.</param>
    /// <returns>The runs that are in the soup, the best first, and its score.</returns>
    /// <exception cref="ArgumentException">There is no run.</exception>
    public static (IReadOnlyList<int> Runs, double Score) Cook(Module model, IReadOnlyList<WeightSnapshot> runs, Func<double> score, bool higherIsBetter = true)
    {
        if (runs.Count == 0) throw new ArgumentException("GreedySoup: there is no run to take");
        var alone = runs.Select(run => { run.Restore(model); return score(); }).ToArray();
        int[] order = [.. Enumerable.Range(0, runs.Count).OrderBy(run => higherIsBetter ? -alone[run] : alone[run])];
        runs[order[0]].Restore(model);
        using var soup = new WeightSnapshot(model);
        var (taken, best) = (new List<int> { order[0] }, alone[order[0]]);
        foreach (var run in order.Skip(1))
        {
            soup.Restore(model);
            runs[run].MixInto(model, 1f / (taken.Count + 1));
            var got = score();
            if (higherIsBetter ? got < best : got > best) continue;
            (best, _) = (got, 0);
            taken.Add(run);
            soup.Keep();
        }
        soup.Restore(model);
        return (taken, best);
    }
}
