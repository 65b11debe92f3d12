namespace GraphTune.Benchmarks;

/// <summary>The sizes of one synthetic graph, named after the data set whose sizes it has.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Nodes">The number of nodes.</param>
/// <param name="Pairs">The number of undirected edges; both directions are stored.</param>
/// <param name="Features">Input features of a node.</param>
/// <param name="TrainingNodes">How many nodes, from the first on, have a label in training.</param>
/// <param name="Seed">Where the generator starts.</param>
internal sealed record GraphRecipe(string Name, int Nodes, int Pairs, int Features, int TrainingNodes, ulong Seed)
{
    /// <summary>Classes of every graph.</summary>
    public const int Classes = 40;

    private const ulong FeatureSeed = 0xF00DF00DF00DF00D, LabelSeed = 0xABCDEF0123456789;
    private const int WordsPerNode = 18;   // as in Cora, where 1.3 % of the features are not zero

    /// <summary>As Cora: tiny, wide and sparse features.</summary>
    public static GraphRecipe Cora { get; } = new("cora", 2_708, 5_278, 1_433, 140, 0x9E3779B97F4A7C15);

    /// <summary>As ogbn-arxiv: its features are larger than the last cache.</summary>
    public static GraphRecipe Arxiv { get; } = new("arxiv", 169_343, 1_157_799, 128, 90_941, 0xD1B54A32D192ED03);

    /// <summary>A fifth of ogbn-products: far larger than any cache.</summary>
    public static GraphRecipe Products { get; } = new("products", 500_000, 5_000_000, 100, 40_000, 0x8CB92BA72F3D8DD7);

    /// <summary>All three.</summary>
    public static IReadOnlyList<GraphRecipe> All { get; } = [Cora, Arxiv, Products];

    /// <summary>Directed edges.</summary>
    public int Edges => 2 * Pairs;

    /// <summary>The recipe of that name.</summary>
    public static GraphRecipe Named(string name) => All.FirstOrDefault(r => r.Name == name)
        ?? throw new ArgumentException($"no graph '{name}'; there is {string.Join(", ", All.Select(r => r.Name))}");

    /// <summary>x[n, Features]: a bag of words with rows that sum to 1 for cora, dense numbers for the others.</summary>
    public float[] NodeFeatures() => Features == Cora.Features ? BagOfWords() : Dense(Features);

    /// <summary>x[n, width], uniform in [−1, 1).</summary>
    public float[] Dense(int width)
    {
        var random = new XorShift64(FeatureSeed);
        var x = new float[Nodes * width];
        for (var i = 0; i < x.Length; i++) x[i] = random.NextSignedSingle();
        return x;
    }

    /// <summary>A class for each node, without meaning.</summary>
    public int[] Labels()
    {
        var random = new XorShift64(LabelSeed);
        var labels = new int[Nodes];
        for (var i = 0; i < Nodes; i++) labels[i] = random.NextBelow(Classes);
        return labels;
    }

    private float[] BagOfWords()
    {
        var random = new XorShift64(FeatureSeed);
        var x = new float[Nodes * Features];
        for (var node = 0; node < Nodes; node++)
        {
            var row = x.AsSpan(node * Features, Features);
            for (var word = 0; word < WordsPerNode; word++) row[random.NextBelow(Features)] = 1f;
            var share = 1f / row.Count(1f);
            row.Replace(1f, share);
        }
        return x;
    }
}
