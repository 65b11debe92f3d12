using GraphTune.Autograd;

namespace GraphTune.Gnn;

/// <summary>What gives every node of a batch an embedding, from whatever the batch's graphs carry: features, or codes of atoms and bonds. It is what pre-training trains.</summary>
public abstract class GraphEncoder : Module
{
    /// <summary>Columns of the embeddings.</summary>
    public abstract int Width { get; }

    /// <summary>Embeds every node of a batch; one large graph is a batch of one.</summary>
    /// <param name="tape">Where to compute.</param>
    /// <param name="batch">The graphs.</param>
    /// <returns>h[n, <see cref="Width"/>].</returns>
    /// <exception cref="InvalidDataException">The graphs carry not what the encoder reads; one line.</exception>
    public abstract Var Embed(Tape tape, GraphBatch batch);

    /// <summary>Another one built the same way, with the same weights in memory of its own.</summary>
    public abstract GraphEncoder Twin();
}
