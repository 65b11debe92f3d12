using GraphTune.Engine;

namespace GraphTune.Gnn.Pretrain;

/// <summary>A task that a graph sets itself, without labels, so that an encoder learns what is worth knowing about its nodes.</summary>
public interface IPretext
{
    /// <summary>What a user calls it: <c>masked-features</c>, <c>edge-prediction</c>.</summary>
    string Name { get; }

    /// <summary>Puts the task's own parts around an encoder.</summary>
    /// <param name="encoder">What is to be trained; it stays the caller's.</param>
    /// <param name="graph">The edges.</param>
    /// <param name="features">Node features x[n,f].</param>
    /// <param name="seed">Names initial weights and all draws.</param>
    PretextModel Around(Encoder encoder, Graph graph, Tensor features, ulong seed);
}
