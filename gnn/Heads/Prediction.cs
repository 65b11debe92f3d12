using GraphTune.Autograd;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>What a classifier says of every node.</summary>
/// <param name="Classes">Number of classes, c.</param>
/// <param name="Probabilities">p[n,c] row by row: the softmax of the logits; each row sums to 1.</param>
public sealed record Prediction(int Classes, float[] Probabilities)
{
    /// <summary>Number of nodes, n.</summary>
    public int Nodes => Probabilities.Length / Classes;

    /// <summary>Runs a classifier over a whole graph.</summary>
    /// <param name="model">A trained classifier.</param>
    /// <param name="graph">The edges.</param>
    /// <param name="features">Node features x[n,f].</param>
    /// <exception cref="ShapeException">The features do not fit the graph or the model.</exception>
    public static Prediction Of(NodeClassifier model, Graph graph, Tensor features)
    {
        using var tape = Tape.Infer(graph.Device);
        var values = model.Forward(graph, tape.Input(features)).ToArray();
        var classes = model.Options.Head.Classes;
        for (var first = 0; first < values.Length; first += classes) Softmax(values.AsSpan(first, classes));
        return new(classes, values);
    }

    /// <summary>The probabilities of one node's classes.</summary>
    public ReadOnlySpan<float> Of(int node) => Probabilities.AsSpan(node * Classes, Classes);

    /// <summary>The most probable class of a node; of equal ones the lowest.</summary>
    public int Class(int node)
    {
        var row = Of(node);
        var best = 0;
        for (var c = 1; c < row.Length; c++)
            if (row[c] > row[best]) best = c;
        return best;
    }

    // exp(x - max) ÷ Σ, in double on the host: a few numbers a node, and no overflow.
    private static void Softmax(Span<float> row)
    {
        var max = float.NegativeInfinity;
        foreach (var x in row) max = Math.Max(max, x);
        var sum = 0.0;
        foreach (var x in row) sum += Math.Exp(x - max);
        for (var c = 0; c < row.Length; c++) row[c] = (float)(Math.Exp(row[c] - max) / sum);
    }
}
