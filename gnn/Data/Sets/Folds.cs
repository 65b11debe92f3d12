namespace GraphTune.Gnn.Data;

/// <summary>The ten folds that published results on TU data sets use: <c>10fold_idx/train_idx-K.txt</c> and <c>test_idx-K.txt</c>, K from 1, graph ids from 0.</summary>
/// <remarks>As Zhang et al. (2018) and Xu et al. (2019) share them. A fold has no validation rows of its own.</remarks>
internal static class Folds
{
    /// <summary>The folds beside a data set, in its folder or the one above; none where there are no such files.</summary>
    public static IReadOnlyList<Split> Beside(string folder)
    {
        string[] places = [folder, Path.GetDirectoryName(Path.GetFullPath(folder)) ?? folder];
        var there = places.Select(place => Path.Combine(place, "10fold_idx")).FirstOrDefault(Directory.Exists);
        if (there is null) return [];
        List<Split> folds = [];
        while (File.Exists(Part(there, "train", folds.Count + 1)))
            folds.Add(new(Rows(Part(there, "train", folds.Count + 1)), [], new(Rows(Part(there, "test", folds.Count + 1)))));
        return folds;
    }

    private static string Part(string folder, string part, int fold) => Path.Combine(folder, $"{part}_idx-{fold}.txt");

    private static int[] Rows(string path) => NumberLines.Wholes(path, 1, "the graph", least: 0);
}
