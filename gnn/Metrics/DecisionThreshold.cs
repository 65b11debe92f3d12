namespace GraphTune.Gnn.Metrics;

/// <summary>What a decision threshold is to make best.</summary>
public enum ThresholdGoal
{
    /// <summary>F1 of class 1.</summary>
    F1,

    /// <summary>½ (share of the positives found + share of the negatives left).</summary>
    BalancedAccuracy,

    /// <summary>Youden's J = sensitivity + specificity − 1; best where balanced accuracy is (Youden 1950).</summary>
    Youden,

    /// <summary>Least cost: false positives and false negatives at a price each.</summary>
    Cost,
}

/// <summary>The probability above which a binary task says yes, chosen on validation rows.</summary>
/// <param name="Threshold">Class 1 where p &gt; threshold.</param>
/// <param name="Value">What the goal comes to there: F1, balanced accuracy, J, or the mean cost of a row.</param>
public readonly record struct DecisionThreshold(double Threshold, double Value)
{
    /// <summary>What is decided where nothing was chosen.</summary>
    public const double Usual = 0.5;

    /// <summary>Tries every threshold that decides differently: one between each two neighbouring probabilities, and one beyond either end.</summary>
    /// <param name="probabilities">The probability of class 1 of each row.</param>
    /// <param name="labels">0 or 1; below 0 for missing.</param>
    /// <param name="goal">What is to be best.</param>
    /// <param name="falsePositive">The price of a false positive, for <see cref="ThresholdGoal.Cost"/>.</param>
    /// <param name="falseNegative">The price of a false negative.</param>
    /// <returns>The best; of equals the one nearest ½. With rows of one class only, or none, ½ with NaN.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a probability is outside 0 to 1, a label is neither 0 nor 1, or a price is negative.</exception>
    /// <remarks>O(n log n). The choice fits the rows it was made on: judge it on others.</remarks>
    public static DecisionThreshold Choose(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels, ThresholdGoal goal, double falsePositive = 1, double falseNegative = 1)
    {
        if (!(falsePositive >= 0) || !(falseNegative >= 0)) throw new ArgumentException($"threshold: the costs {falsePositive} and {falseNegative} must be 0 or more.");
        var (p, y) = Labelled(probabilities, labels);
        int positives = y.Sum(), negatives = y.Length - positives;
        if (positives == 0 || negatives == 0) return new(Usual, double.NaN);
        Array.Sort(p, y);
        var (best, found, kept) = (new DecisionThreshold(Usual, double.NaN), positives, 0);   // positives above, negatives below
        if (p[0] > 0) Offer(p[0] / 2);
        for (int start = 0, end = 0; start < p.Length; start = end)
        {
            for (; end < p.Length && p[end] == p[start]; end++)
            {
                found -= y[end];
                kept += 1 - y[end];
            }
            Offer(end < p.Length ? Between(p[start], p[end]) : (1 + p[start]) / 2);
        }
        return best;

        void Offer(double threshold)
        {
            var value = At(goal, found, positives - found, negatives - kept, kept, falsePositive, falseNegative);
            var gain = goal == ThresholdGoal.Cost ? best.Value - value : value - best.Value;
            if (double.IsNaN(best.Value) || gain > 0 || (gain == 0 && Math.Abs(threshold - Usual) < Math.Abs(best.Threshold - Usual))) best = new(threshold, value);
        }
    }

    private static double At(ThresholdGoal goal, double hits, double missed, double alarms, double passed, double falsePositive, double falseNegative) => goal switch
    {
        ThresholdGoal.F1 => 2 * hits / (2 * hits + missed + alarms),
        ThresholdGoal.BalancedAccuracy => (hits / (hits + missed) + passed / (passed + alarms)) / 2,
        ThresholdGoal.Youden => hits / (hits + missed) + passed / (passed + alarms) - 1,
        _ => (falsePositive * alarms + falseNegative * missed) / (hits + missed + alarms + passed),
    };

    // ½ itself where it lies between, so that what needs no moving is not moved.
    private static double Between(double low, double high) => low < Usual && high > Usual ? Usual : (low + high) / 2;

    private static (double[] P, int[] Y) Labelled(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels)
    {
        if (probabilities.Length != labels.Length) throw new ArgumentException($"threshold: {probabilities.Length} probabilities for {labels.Length} labels.");
        var (p, y) = (new List<double>(labels.Length), new List<int>(labels.Length));
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0) continue;
            if (labels[i] > 1) throw new ArgumentException($"threshold: label {labels[i]} of row {i} is neither 0 nor 1 (below 0: missing).");
            if (!(probabilities[i] is >= 0 and <= 1)) throw new ArgumentException($"threshold: the probability {probabilities[i]} of row {i} is not between 0 and 1.");
            p.Add(probabilities[i]);
            y.Add(labels[i]);
        }
        return ([.. p], [.. y]);
    }
}
