namespace GraphTune.Gnn.Data;

/// <summary>What a list of labels says about the classes.</summary>
internal static class ClassLabels
{
    /// <summary>One more than the largest label; a file of n nodes cannot mean more than n classes.</summary>
    public static int Count(int[] labels, string place)
    {
        var odd = Array.FindIndex(labels, label => label < -1 || label >= labels.Length);
        return odd < 0
            ? labels.Append(-1).Max() + 1
            : throw new InvalidDataException($"{place}: node {odd} has label {labels[odd]}; classes are counted from 0, and -1 means unlabelled.");
    }
}
