using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Models;

/// <summary>What an encoder makes of graphs: one row for each node, and the mean of its nodes' rows for each graph.</summary>
/// <param name="Nodes">h[n,<paramref name="Width"/>], row-major.</param>
/// <param name="Graphs">g[graphs,<paramref name="Width"/>], row-major; zeros for a graph without nodes.</param>
/// <param name="Width">Columns.</param>
public sealed record EmbeddedGraphs(float[] Nodes, float[] Graphs, int Width)
{
    private const int RunNodes = 1 << 15;

    /// <summary>Embeds graphs, in inference. Many small ones go through in runs of some ten thousand nodes, so that memory is that of their embeddings.</summary>
    /// <param name="encoder">An <see cref="Encoder"/> or a <see cref="MolecularEncoder"/>.</param>
    /// <param name="device">Where it lives.</param>
    /// <param name="graph">The graphs.</param>
    /// <exception cref="InvalidDataException">The graphs' codes or features are not what the encoder was made for.</exception>
    public static EmbeddedGraphs Of(Module encoder, Device device, PlainGraph graph) => Of(encoder, device, graph, RunNodes);

    internal static EmbeddedGraphs Of(Module encoder, Device device, PlainGraph graph, int runNodes)
    {
        EmbeddedGraphs? all = null;
        var first = 0;
        foreach (var run in graph.Runs(runNodes))
        {
            var part = OfRun(encoder, device, run);
            if (ReferenceEquals(run, graph)) return part;
            if ((long)graph.Edges.Nodes * part.Width > Array.MaxLength) throw new InvalidDataException($"{graph.Place}: {graph.Edges.Nodes} nodes of {part.Width} columns are more than {Array.MaxLength} numbers, which one file of embeddings can hold");
            all ??= new(new float[graph.Edges.Nodes * part.Width], new float[graph.Graphs * part.Width], part.Width);
            part.Nodes.CopyTo(all.Nodes, first * part.Width);
            part.Graphs.CopyTo(all.Graphs, graph.Batch[first] * part.Width);
            first += run.Edges.Nodes;
        }
        return all!;
    }

    private static EmbeddedGraphs OfRun(Module encoder, Device device, PlainGraph graph) => encoder switch
    {
        MolecularEncoder molecular => OfMolecules(molecular, device, graph),
        Encoder plain => OfFeatures(plain, device, graph),
        _ => throw new ArgumentException($"EmbeddedGraphs: a {encoder.GetType().Name} is no encoder of nodes"),
    };

    private static EmbeddedGraphs OfMolecules(MolecularEncoder encoder, Device device, PlainGraph graph)
    {
        var bonds = graph.Bonds ?? throw new InvalidDataException($"{graph.Place}: there is no edge_attr; an encoder of molecules needs the type and direction of every bond");
        using var molecules = MolecularGraph.From(device, graph.Edges, graph.Codes(graph.Nodes), graph.Codes(bonds), graph.Batch, graph.Graphs);
        using var tape = Tape.Infer(device);
        var h = encoder.Forward(tape, molecules);
        return new(h.ToArray(), h.Segment(Aggregation.Mean, molecules.Molecule).ToArray(), encoder.Options.Outputs);
    }

    private static EmbeddedGraphs OfFeatures(Encoder encoder, Device device, PlainGraph graph)
    {
        if (graph.Nodes.Shape[1] != encoder.Options.Inputs) throw new InvalidDataException($"{graph.Place}: nodes have {graph.Nodes.Shape[1]} features, but the encoder was made for {encoder.Options.Inputs}");
        using var edges = Graph.From(device, graph.Edges);
        using var x = Tensor.From(device, new Shape(graph.Edges.Nodes, encoder.Options.Inputs), graph.Nodes.ToFloats());
        using var groups = RowIndex.From(device, graph.Batch, graph.Graphs);
        using var tape = Tape.Infer(device);
        var h = encoder.Forward(edges, tape.Input(x));
        return new(h.ToArray(), h.Segment(Aggregation.Mean, groups).ToArray(), encoder.Options.Hidden);
    }
}
