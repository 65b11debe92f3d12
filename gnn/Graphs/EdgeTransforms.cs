using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn;

/// <summary>Changes to edge lists, with the attributes brought along. Names and conventions are PyG's.</summary>
/// <remarks>All run on the host in time linear in edges and nodes.</remarks>
public static class EdgeTransforms
{
    extension(EdgeList edges)
    {
        /// <summary>Edges without loops, in order.</summary>
        public EdgeRewrite RemoveSelfLoops() => edges.Pick(edges.NonLoops(), loops: 0, _ => [], Aggregation.Sum, [0f]);

        /// <summary>All edges, then a loop at each node, whether it had one or not. The loops' attributes are <paramref name="fill"/>.</summary>
        /// <param name="fill">One number for all channels, or one for each.</param>
        public EdgeRewrite AddSelfLoops(params float[] fill) => edges.Pick([.. Enumerable.Range(0, edges.Count)], edges.Nodes, _ => [], Aggregation.Sum, fill);

        /// <summary>All edges, then a loop at each node, whose attributes are reduced from those of all edges into the node, loops included.</summary>
        /// <param name="fill">How they are reduced; a node without edges gets what <paramref name="fill"/> gives for nothing.</param>
        public EdgeRewrite AddSelfLoops(Aggregation fill)
        {
            var into = edges.Into(_ => true);
            return edges.Pick([.. Enumerable.Range(0, edges.Count)], edges.Nodes, i => into[i], fill, OfNothing(fill));
        }

        /// <summary>Edges without loops, in order, then a loop at each node: one that was there keeps its attributes, the others get <paramref name="fill"/>.</summary>
        /// <param name="fill">One number for all channels, or one for each.</param>
        /// <remarks>Of several loops at one node the last keeps its attributes.</remarks>
        public EdgeRewrite AddRemainingSelfLoops(params float[] fill)
        {
            var loop = edges.Loops();
            return edges.Pick(edges.NonLoops(), edges.Nodes, i => loop[i] < 0 ? [] : [loop[i]], Aggregation.Sum, fill);
        }

        /// <summary>Edges without loops, in order, then a loop at each node: one that was there keeps its attributes, the others' are reduced from all edges into the node.</summary>
        /// <inheritdoc cref="AddSelfLoops(EdgeList, Aggregation)"/>
        public EdgeRewrite AddRemainingSelfLoops(Aggregation fill)
        {
            int[] loop = edges.Loops();
            var into = edges.Into(_ => true);
            return edges.Pick(edges.NonLoops(), edges.Nodes, i => loop[i] < 0 ? into[i] : [loop[i]], fill, OfNothing(fill));
        }

        /// <summary>Edges without loops, in order, then a new loop at each node, whose attributes are reduced from those of the other edges into it.</summary>
        /// <param name="fill">How they are reduced; a node without edges gets what <paramref name="fill"/> gives for nothing.</param>
        /// <remarks>What attention layers do with edge attributes.</remarks>
        public EdgeRewrite ReplaceSelfLoops(Aggregation fill)
        {
            var into = edges.Into(k => edges.Source[k] != edges.Target[k]);
            return edges.Pick(edges.NonLoops(), edges.Nodes, i => into[i], fill, OfNothing(fill));
        }

        /// <summary>Edges without loops, in order, then a new loop at each node with the attributes <paramref name="fill"/>.</summary>
        /// <param name="fill">One number for all channels, or one for each.</param>
        public EdgeRewrite ReplaceSelfLoops(params float[] fill) => edges.Pick(edges.NonLoops(), edges.Nodes, _ => [], Aggregation.Sum, fill);

        /// <summary>Sorted by source and target (or by target and source), equal edges merged into one.</summary>
        /// <param name="reduce">How the attributes of equal edges become one.</param>
        /// <param name="sortByRow">Whether the source comes first.</param>
        public EdgeRewrite Coalesce(Aggregation reduce = Aggregation.Sum, bool sortByRow = true)
        {
            var (major, minor) = sortByRow ? (edges.Source, edges.Target) : (edges.Target, edges.Source);
            var sorted = HostCsr.From(edges.Nodes, edges.Nodes, major, minor);
            var (pattern, origin) = sorted.Coalesced();
            int[] first = pattern.RowOfEntries(), second = pattern.Column;
            var merged = sortByRow ? new EdgeList(edges.Nodes, first, second) : new EdgeList(edges.Nodes, second, first);
            return new(merged, origin, reduce, OfNothing(reduce));
        }

        /// <summary>Every edge in both directions, equal ones merged, sorted by source and target. A loop counts twice.</summary>
        /// <param name="reduce">How the attributes of equal edges become one.</param>
        /// <exception cref="InvalidDataException">The result would have 2³¹ edges or more.</exception>
        public EdgeRewrite ToUndirected(Aggregation reduce = Aggregation.Sum)
        {
            Checked(2L * edges.Count);
            var both = new EdgeList(edges.Nodes, [.. edges.Source, .. edges.Target], [.. edges.Target, .. edges.Source]).Coalesce(reduce);
            return both with { Origin = both.Origin with { Column = Array.ConvertAll(both.Origin.Column, k => k % edges.Count), Columns = edges.Count } };
        }

        private int[] NonLoops() => [.. Enumerable.Range(0, edges.Count).Where(k => edges.Source[k] != edges.Target[k])];

        private int[] Loops()
        {
            var loop = new int[edges.Nodes];
            Array.Fill(loop, -1);
            for (var k = 0; k < edges.Count; k++)
                if (edges.Source[k] == edges.Target[k]) loop[edges.Source[k]] = k;
            return loop;
        }

        private List<int>[] Into(Func<int, bool> counts)
        {
            List<int>[] into = [.. Enumerable.Range(0, edges.Nodes).Select(_ => new List<int>())];
            for (var k = 0; k < edges.Count; k++)
                if (counts(k)) into[edges.Target[k]].Add(k);
            return into;
        }

        private EdgeRewrite Pick(int[] kept, int loops, Func<int, IReadOnlyList<int>> origin, Aggregation reduce, float[] fill)
        {
            Checked((long)kept.Length + loops);
            int[] nodes = [.. Enumerable.Range(0, loops)], start = new int[kept.Length + loops + 1];
            var from = new List<int>(kept);
            for (var k = 0; k < kept.Length; k++) start[k + 1] = k + 1;
            foreach (var i in nodes)
            {
                from.AddRange(origin(i));
                start[kept.Length + i + 1] = from.Count;
            }
            var list = new EdgeList(edges.Nodes, [.. kept.Select(k => edges.Source[k]), .. nodes], [.. kept.Select(k => edges.Target[k]), .. nodes]);
            return new(list, new HostCsr(start, [.. from], edges.Count), reduce, fill);
        }
    }

    private static float[] OfNothing(Aggregation how) => [how == Aggregation.Mul ? 1f : 0f];

    private static void Checked(long count)
    {
        if (count > Array.MaxLength) throw new InvalidDataException($"{count} edges are more than a graph holds ({Array.MaxLength}); sample or partition the graph first");
    }
}
