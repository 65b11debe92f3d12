using GraphTune.Engine;

namespace GraphTune.Gnn.Sampling;

/// <summary>Draws some of the edges into each of many nodes, with threads.</summary>
/// <remarks>
/// Random words are named by (seed, step, hop, node, draw), never by a thread or a place in the batch. Without replacement every subset of
/// that size is equally likely (Floyd's algorithm: Bentley and Floyd 1987). Chosen edges keep the order they have in the whole graph.
/// </remarks>
/// <param name="Graph">Row i lists the sources of the edges into node i.</param>
/// <param name="Nodes">The nodes.</param>
/// <param name="Start">Where each node's draws go; as many as there are between two starts.</param>
/// <param name="Entry">The entries of <paramref name="Graph"/> that were drawn.</param>
/// <param name="Replace">Whether an edge may be drawn several times.</param>
/// <param name="Key">Seed, step and hop.</param>
internal readonly record struct NeighbourDraw(HostCsr Graph, int[] Nodes, int[] Start, int[] Entry, bool Replace, RandomKey Key) : IRowLoop
{
    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            var drawn = Entry.AsSpan(Start[i]..Start[i + 1]);
            int from = Graph.RowStart[Nodes[i]], degree = Graph.RowStart[Nodes[i] + 1] - from;
            if (!Replace && drawn.Length == degree) Everything(drawn);
            else Draw(drawn, degree, new Words(Key, (uint)Nodes[i]));
            for (var k = 0; k < drawn.Length; k++) drawn[k] += from;
        }
    }

    private static void Everything(Span<int> drawn)
    {
        for (var k = 0; k < drawn.Length; k++) drawn[k] = k;
    }

    private void Draw(Span<int> drawn, int degree, Words words)
    {
        for (var k = 0; k < drawn.Length; k++)
        {
            if (Replace)
            {
                drawn[k] = words.Below(degree);
                continue;
            }
            var last = degree - drawn.Length + k;
            var pick = words.Below(last + 1);
            drawn[k] = drawn[..k].Contains(pick) ? last : pick;
        }
        drawn.Sort();
    }

    private ref struct Words(RandomKey key, uint node)
    {
        private Philox block;
        private uint count;

        // Uniform in [0, bound), without bias (Lemire 2019).
        public int Below(int bound)
        {
            var product = (ulong)Next() * (uint)bound;
            var reject = (uint)-bound % (uint)bound;
            while ((uint)product < reject) product = (ulong)Next() * (uint)bound;
            return (int)(product >> 32);
        }

        private uint Next()
        {
            var lane = (int)(count & 3);
            if (lane == 0) block = Philox.Block(count >> 2, node, key.Step, key.Draw, (uint)key.Seed, (uint)(key.Seed >> 32));
            count++;
            return block[lane];
        }
    }
}
