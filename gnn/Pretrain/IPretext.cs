namespace GraphTune.Gnn.Pretrain;

/// <summary>A task that graphs set themselves, or that labels at hand set, so that an encoder learns what is worth knowing about nodes.</summary>
public interface IPretext
{
    /// <summary>What a user calls it: <c>masked-features</c>, <c>edge-prediction</c>.</summary>
    string Name { get; }

    /// <summary>Puts the task's own parts around an encoder.</summary>
    /// <param name="encoder">What is to be trained; it stays the caller's.</param>
    /// <param name="data">One graph, or batches of many; it stays the caller's.</param>
    /// <param name="seed">Names initial weights and all draws.</param>
    /// <exception cref="InvalidDataException">The task cannot be set on this data or this encoder; one line.</exception>
    PretextModel Around(GraphEncoder encoder, PretextData data, ulong seed);
}
