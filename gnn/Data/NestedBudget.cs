using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>A number of labels in all, drawn so that a larger budget holds a smaller one and each has its share of every class.</summary>
public static class NestedBudget
{
    private const uint Stream = 2;

    /// <summary>Draws training rows: one of each class first, then of each class in proportion to its rows.</summary>
    /// <param name="place">The data set, for messages.</param>
    /// <param name="train">The rows to draw from.</param>
    /// <param name="classes">The class of every row of the data, counted as <paramref name="train"/> counts; any one number for all where there are no classes.</param>
    /// <param name="labels">How many rows are wanted.</param>
    /// <param name="seed">Names the draw; the same seed gives nested rows for all budgets.</param>
    /// <returns>Rows of <paramref name="train"/>, ascending.</returns>
    /// <exception cref="InvalidDataException">There are fewer rows, or more classes than labels.</exception>
    public static int[] Draw(string place, int[] train, ReadOnlySpan<int> classes, int labels, ulong seed)
    {
        if (labels > train.Length) throw new InvalidDataException($"{place}: {labels} training labels are wanted; the split has {train.Length}");
        var shuffled = (int[])train.Clone();
        new Rng(seed, Stream).Shuffle<int>(shuffled);
        var classOf = new Dictionary<int, int>(train.Length);
        foreach (var row in train) classOf[row] = classes[row];
        var groups = shuffled.GroupBy(row => classOf[row]).ToArray();
        if (labels < groups.Length) throw new InvalidDataException($"{place}: a budget of {labels} labels leaves some of the {groups.Length} classes without any; take at least {groups.Length}");
        // The j-th of n rows of a class stands at (j + ½)/n of the way, so that every beginning of the order has its share of all classes.
        var order = groups.SelectMany(rows => rows.Select((row, j) => (Row: row, Place: j == 0 ? 0 : (j + 0.5) / rows.Count()))).OrderBy(at => at.Place);
        return [.. order.Take(labels).Select(at => at.Row).Order()];
    }
}
