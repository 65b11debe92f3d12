using GraphTune.Autograd;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Messages that a network computes for each edge, made a run of edges at a time and made again in backward.</summary>
internal static class EdgeMessages
{
    /// <summary>yᵢ = AGG message(e) over the edges into i: y[n, width].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="aggregator">How messages become one row.</param>
    /// <param name="width">Columns of a message and of the result.</param>
    /// <param name="hidden">The most numbers computed for one edge: decides how many edges are worked on at a time.</param>
    /// <param name="message">From a run of edges to message[edges, width].</param>
    /// <param name="operands">Tensors that the message is made of; null ones are left out.</param>
    /// <param name="modules">Modules that it is made by.</param>
    public static Var Aggregate(this Graph graph, Aggregator aggregator, int width, int hidden, Func<EdgeBlock, Var> message, Tensor?[] operands, params Module[] modules) =>
        Rows(graph, width, hidden, block => aggregator.Forward(message(block), block), operands, [.. modules, aggregator]);

    /// <summary>The rows of a run at a time: y[n, width], from a function that also aggregates.</summary>
    /// <inheritdoc cref="Aggregate"/>
    public static Var Rows(this Graph graph, int width, int hidden, Func<EdgeBlock, Var> rows, Tensor?[] operands, params Module[] modules)
    {
        var blocks = graph.Blocks(Math.Max(width, hidden), whole: modules.Any(MeetsAllEdges));
        return blocks.Apply(width, rows, [.. operands.OfType<Tensor>(), .. modules.SelectMany(module => module.Parameters).Select(parameter => parameter.Value)]);
    }

    // A norm over edges measures all of them together.
    private static bool MeetsAllEdges(Module module) => module.Modules.Any(part => part.Value is BatchNorm or NormPerGraph);
}
