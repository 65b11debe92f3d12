using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>Seeded splits with equally many training nodes of each class.</summary>
/// <remarks>The protocol of Shchur et al. (2018, arXiv:1811.05868) is 20 training and 30 validation nodes of each class. Same seed, same rows, on every machine.</remarks>
public static class RandomSplits
{
    /// <summary>Takes training and validation nodes of each class at random; every other labelled node tests.</summary>
    /// <param name="place">The file or data set, for messages.</param>
    /// <param name="labels">Class of each node, -1 where unknown.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="train">Training nodes of each class.</param>
    /// <param name="validation">Validation nodes of each class.</param>
    /// <param name="seed">Different seeds give independent splits.</param>
    /// <exception cref="InvalidDataException">A class has too few nodes to leave one for the test.</exception>
    public static Split PerClass(string place, int[] labels, int classes, int train, int validation, ulong seed)
    {
        var ofClass = ShuffledByClass(labels, classes, seed);
        for (var c = 0; c < classes; c++)
        {
            if (ofClass[c].Length <= train + validation)
                throw new InvalidDataException($"{place}: class {c} has {ofClass[c].Length} nodes; {train} for training, {validation} for validation and one for the test are needed.");
        }
        return Sorted(
            ofClass.SelectMany(rows => rows[..train]),
            ofClass.SelectMany(rows => rows[train..(train + validation)]),
            ofClass.SelectMany(rows => rows[(train + validation)..]));
    }

    /// <summary>Takes training nodes of each class at random, then validation nodes from all that remain; every other labelled node tests.</summary>
    /// <param name="place">The file or data set, for messages.</param>
    /// <param name="labels">Class of each node, -1 where unknown.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="train">Training nodes of each class.</param>
    /// <param name="validation">Validation nodes in all.</param>
    /// <param name="seed">Different seeds give independent splits.</param>
    /// <exception cref="InvalidDataException">There are too few nodes.</exception>
    public static Split PerClassThenAny(string place, int[] labels, int classes, int train, int validation, ulong seed)
    {
        var ofClass = ShuffledByClass(labels, classes, seed);
        var small = Array.FindIndex(ofClass, rows => rows.Length < train);
        if (small >= 0) throw new InvalidDataException($"{place}: class {small} has {ofClass[small].Length} nodes; {train} for training are needed.");
        var rest = ofClass.SelectMany(rows => rows[train..]).Order().ToArray();
        if (rest.Length <= validation) throw new InvalidDataException($"{place}: {rest.Length} nodes remain after training; {validation} for validation and one for the test are needed.");
        new Rng(seed, stream: 1).Shuffle<int>(rest);
        return Sorted(ofClass.SelectMany(rows => rows[..train]), rest[..validation], rest[validation..]);
    }

    /// <summary>Folds of a cross-validation in which each class is spread as evenly as can be: fold k tests on every <paramref name="folds"/>-th row and trains on the others.</summary>
    /// <param name="place">The file or data set, for messages.</param>
    /// <param name="labels">Class of each row, -1 where unknown; unknown ones are spread as a class of their own.</param>
    /// <param name="classes">Number of classes; 0 for labels that are numbers.</param>
    /// <param name="folds">Number of folds, at least 2.</param>
    /// <param name="seed">Different seeds give independent folds.</param>
    /// <returns>Splits without validation rows; each row tests once.</returns>
    /// <exception cref="InvalidDataException">There are fewer rows than folds.</exception>
    public static Split[] Folds(string place, int[] labels, int classes, int folds, ulong seed)
    {
        if (labels.Length < folds) throw new InvalidDataException($"{place}: {labels.Length} rows do not fill {folds} folds.");
        int[] rows = [.. ShuffledByClass([.. labels.Select(label => label + 1)], classes + 1, seed).SelectMany(ofClass => ofClass)];
        var test = Enumerable.Range(0, folds).Select(fold => rows.Where((_, i) => i % folds == fold).ToHashSet());
        return [.. test.Select(judges => Sorted(rows.Where(row => !judges.Contains(row)), [], judges))];
    }

    private static int[][] ShuffledByClass(int[] labels, int classes, ulong seed)
    {
        var rng = new Rng(seed);
        var byClass = Enumerable.Range(0, labels.Length).ToLookup(node => labels[node]);
        return [.. Enumerable.Range(0, classes).Select(c =>
        {
            var rows = byClass[c].ToArray();
            rng.Shuffle<int>(rows);
            return rows;
        })];
    }

    private static Split Sorted(IEnumerable<int> train, IEnumerable<int> validation, IEnumerable<int> test) =>
        new([.. train.Order()], [.. validation.Order()], new([.. test.Order()]));
}
