namespace GraphTune.Gnn.Metrics;

/// <summary>Probabilities for a world in which classes are more or less common than where they were learnt: p′_k ∝ p_k·π′_k / π_k.</summary>
/// <remarks>Saerens, Latinne and Decaestecker 2002, "Adjusting the outputs of a classifier to new a priori probabilities"; Elkan 2001, theorem 2, for two classes.</remarks>
public static class PriorCorrection
{
    /// <summary>Corrects one row's probabilities.</summary>
    /// <param name="probabilities">p of each class.</param>
    /// <param name="learnt">π: how common each class was in training, weights and repeated draws counted; above 0.</param>
    /// <param name="real">π′: how common it is where the model is used.</param>
    /// <returns>p′, which sums to 1.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a prior learnt is not above 0.</exception>
    public static double[] Of(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> learnt, ReadOnlySpan<double> real)
    {
        Check(probabilities.Length, learnt, real.Length);
        var corrected = new double[probabilities.Length];
        for (var k = 0; k < corrected.Length; k++) corrected[k] = probabilities[k] * real[k] / learnt[k];
        var sum = corrected.Sum();
        for (var k = 0; k < corrected.Length; k++) corrected[k] /= sum;
        return corrected;
    }

    /// <summary>Estimates how common the classes are among rows without labels, from what a model says of them: the most likely priors, by expectation and maximisation.</summary>
    /// <param name="probabilities">p[n,c] row by row, as the model gives them.</param>
    /// <param name="learnt">How common each class was in training; above 0.</param>
    /// <param name="tolerance">The largest change of a prior at which it stops.</param>
    /// <returns>One prior for each class; they sum to 1.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, there is no row, or a prior learnt is not above 0.</exception>
    /// <remarks>Right only where the model's probabilities are calibrated for the priors learnt. Each step O(n·c); at most 10,000 of them.</remarks>
    public static double[] Estimate(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> learnt, double tolerance = 1e-9)
    {
        int classes = learnt.Length, rows = classes == 0 ? 0 : probabilities.Length / classes;
        Check(probabilities.Length, learnt, rows * classes, rows);
        var prior = learnt.ToArray();
        for (var (step, change) = (0, double.PositiveInfinity); step < 10_000 && change > tolerance; step++)
        {
            var next = new double[classes];
            for (var i = 0; i < rows; i++)
            {
                var corrected = Of(probabilities.Slice(i * classes, classes), learnt, prior);
                for (var k = 0; k < classes; k++) next[k] += corrected[k] / rows;
            }
            change = next.Zip(prior, (a, b) => Math.Abs(a - b)).Max();
            prior = next;
        }
        return prior;
    }

    private static void Check(int found, ReadOnlySpan<double> learnt, int expected, int rows = 1)
    {
        if (rows < 1 || found != expected || found != learnt.Length * rows) throw new ArgumentException($"priors: {found} probabilities do not fit {learnt.Length} classes.");
        foreach (var prior in learnt)
            if (!(prior > 0)) throw new ArgumentException($"priors: a class was learnt with the prior {prior}; it must be above 0, as nothing can be said of a class never seen.");
    }
}
