using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;

namespace GraphTune.Cli.Commands;

/// <summary>What is trained on a graph, and in which loops, where the command line does not say otherwise.</summary>
/// <param name="Classifier">The encoder and the head.</param>
/// <param name="Loops">How it is trained.</param>
internal sealed record Setup(ClassifierOptions Classifier, Loops Loops)
{
    /// <summary>Bags of words get the published two-layer GCN, or GAT where attention is asked for; all else two batch-normalised convolutions under a small perceptron.</summary>
    /// <param name="data">The graph.</param>
    /// <param name="convolution">The convolution that was asked for.</param>
    public static Setup For(NodeDataset data, ConvolutionKind convolution)
    {
        var tuned = new FineTuner { Strategy = new Full(LearningRate: 1e-2f), StepsPerEpoch = 5 };
        if (data.Features.Sparse is not null)
            return convolution is ConvolutionKind.Gat or ConvolutionKind.Gatv2
                ? new(ClassifierOptions.Velickovic(data.Features.Columns, data.Classes), new(FineTuner.Velickovic, tuned))
                : new(ClassifierOptions.KipfWelling(data.Features.Columns, data.Classes), new(FineTuner.KipfWelling, tuned));
        return new(new()
        {
            Encoder = new() { Inputs = data.Features.Columns, Norm = NormKind.Batch },
            Head = new() { Classes = data.Classes },
        }, new(tuned, tuned));
    }
}
