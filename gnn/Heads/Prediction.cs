using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Metrics;

namespace GraphTune.Gnn;

/// <summary>What a classifier says of every node.</summary>
/// <param name="Classes">Number of classes, c.</param>
/// <param name="Probabilities">p[n,c] row by row: the softmax of the logits, calibrated where the checkpoint says how; each row sums to 1.</param>
public sealed record Prediction(int Classes, float[] Probabilities)
{
    /// <summary>Number of nodes, n.</summary>
    public int Nodes => Probabilities.Length / Classes;

    /// <summary>Runs a classifier over a whole graph.</summary>
    /// <param name="model">A trained classifier.</param>
    /// <param name="graph">The edges.</param>
    /// <param name="features">Node features x[n,f].</param>
    /// <param name="calibration">What its checkpoint says its outputs are to be read by; null for the plain softmax.</param>
    /// <exception cref="ShapeException">The features do not fit the graph or the model.</exception>
    public static Prediction Of(NodeClassifier model, Graph graph, Tensor features, Calibration? calibration = null)
    {
        using var tape = Tape.Infer(graph.Device);
        var values = model.Forward(graph, tape.Input(features)).ToArray();
        var classes = model.Options.Head.Classes;
        calibration ??= new Calibration { HasClasses = true };
        return new(classes, calibration.Probabilities(values, classes)) { Threshold = calibration.Thresholds is [var threshold] ? threshold : DecisionThreshold.Usual };
    }

    /// <summary>The probabilities of one node's classes.</summary>
    public ReadOnlySpan<float> Of(int node) => Probabilities.AsSpan(node * Classes, Classes);

    /// <summary>Of two classes, the probability above which the second is said.</summary>
    public double Threshold { get; init; } = DecisionThreshold.Usual;

    /// <summary>The most probable class of a node, of equal ones the lowest; of two classes, as <see cref="Threshold"/> says.</summary>
    public int Class(int node)
    {
        var row = Of(node);
        if (row.Length == 2) return row[1] > Threshold ? 1 : 0;
        var best = 0;
        for (var c = 1; c < row.Length; c++)
            if (row[c] > row[best]) best = c;
        return best;
    }
}
