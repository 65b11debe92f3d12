using GraphTune.Gnn.Metrics;

namespace GraphTune.Cli.Commands;

/// <summary>Embeddings without labels, as commands show them.</summary>
internal static class Quality
{
    /// <summary>Says it in a line; returns it for the JSON answer.</summary>
    public static object Say(Session session, EmbeddingQuality found)
    {
        session.Say($"Embeddings, labels aside: {found}.");
        return new { rankMe = found.RankMe, numericalRank = found.NumericalRank, selfCluster = double.IsNaN(found.SelfCluster) ? (double?)null : found.SelfCluster };
    }
}
