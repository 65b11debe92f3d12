namespace GraphTune.Tests;

/// <summary>Who builds which case: the layer name of a golden file, and a function that computes the case and compares.</summary>
internal static class GoldenCases
{
    /// <summary>A new family is a file with such a table, and one line here.</summary>
    private static readonly Dictionary<string, Action<GoldenCase>>[] Families =
    [
        AttentionCases.ByLayer,
        LossCases.ByLayer,
        MetricCases.ByLayer,
        NormCases.ByLayer,
        ScheduleCases.ByLayer,
        ConvCases.ByLayer,
        AggregationCases.ByLayer,
        UtilCases.ByLayer,
        OptimCases.ByLayer,
        PropagationCases.ByLayer,
        EdgeFeatureCases.ByLayer,
        RelationCases.ByLayer,
    ];

    public static readonly IReadOnlyDictionary<string, Action<GoldenCase>> ByLayer = Families.SelectMany(family => family).ToDictionary();
}
