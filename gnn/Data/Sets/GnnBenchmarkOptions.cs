namespace GraphTune.Gnn.Data;

/// <summary>How a gnn-benchmark file becomes a data set; the defaults are the protocol of Shchur et al. (2018, arXiv:1811.05868).</summary>
public sealed record GnnBenchmarkOptions
{
    /// <summary>Whether only the largest connected part of the graph is kept.</summary>
    public bool LargestComponent { get; init; } = true;

    /// <summary>Training nodes of each class.</summary>
    public int TrainPerClass { get; init; } = 20;

    /// <summary>Validation nodes of each class; every other node tests.</summary>
    public int ValidationPerClass { get; init; } = 30;

    /// <summary>Number of random splits.</summary>
    public int Splits { get; init; } = 10;

    /// <summary>Split i is drawn from seed <c>Seed + i</c>.</summary>
    public ulong Seed { get; init; }
}
