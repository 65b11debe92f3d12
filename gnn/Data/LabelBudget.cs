using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>Fewer training labels, to see what a label is worth.</summary>
public static class LabelBudget
{
    extension(NodeDataset data)
    {
        /// <summary>The same data with this many training nodes of each class, drawn from those of each split; validation and test nodes stay.</summary>
        /// <param name="perClass">Training nodes of each class, at least 1.</param>
        /// <exception cref="InvalidDataException">A split has fewer of some class.</exception>
        /// <remarks>Split i is drawn from seed i, and a larger budget holds the nodes of a smaller one, so that budgets can be compared.</remarks>
        public NodeDataset WithLabels(int perClass) => data with
        {
            Splits = [.. data.Splits.Select((split, i) => split with { Train = Draw(data, split.Train, perClass, i) })],
        };
    }

    private static int[] Draw(NodeDataset data, int[] train, int perClass, int split)
    {
        var shuffled = (int[])train.Clone();
        new Rng((ulong)split).Shuffle<int>(shuffled);
        var drawn = shuffled.GroupBy(node => data.Labels[node]).SelectMany(ofClass => ofClass.Count() >= perClass
            ? ofClass.Take(perClass)
            : throw new InvalidDataException($"{data.Name}: split {split} has {ofClass.Count()} training nodes of class {ofClass.Key}; {perClass} are wanted."));
        return [.. drawn.Order()];
    }
}
