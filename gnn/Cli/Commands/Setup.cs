using GraphTune.Cli.Rendering;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Metrics;

namespace GraphTune.Cli.Commands;

/// <summary>What is trained on a data set, and in which loop, where the command line does not say otherwise.</summary>
/// <param name="Classifier">The encoder and the head.</param>
/// <param name="Whole">How all of it is trained, from scratch and in full fine-tuning alike.</param>
/// <param name="Tuned">The loop of the linear probe and of the chosen strategy.</param>
internal sealed record Setup(ClassifierOptions Classifier, FineTuner Whole, FineTuner Tuned)
{
    /// <summary>The name of the method that <c>--strategy</c> chooses, whichever that is.</summary>
    public const string Chosen = "recipe";

    /// <summary>Bags of words get the published two-layer GCN, or GAT where attention is asked for; all else two batch-normalised convolutions under a small perceptron.</summary>
    /// <param name="data">The graph.</param>
    /// <param name="convolution">The convolution that was asked for.</param>
    public static Setup For(NodeDataset data, ConvolutionKind convolution)
    {
        var tuned = new FineTuner { Strategy = new Full(LearningRate: 1e-2f), StepsPerEpoch = 5 };
        if (data.Features.Sparse is not null)
            return convolution is ConvolutionKind.Gat or ConvolutionKind.Gatv2
                ? new(ClassifierOptions.Velickovic(data.Features.Columns, data.Classes), FineTuner.Velickovic, tuned)
                : new(ClassifierOptions.KipfWelling(data.Features.Columns, data.Classes), FineTuner.KipfWelling, tuned);
        return new(new()
        {
            Encoder = new() { Inputs = data.Features.Columns, Norm = NormKind.Batch },
            Head = new() { Classes = data.Classes },
        }, tuned, tuned);
    }

    /// <summary>What <c>finetune</c> compares, in the order of its table.</summary>
    /// <param name="strategy">The chosen strategy.</param>
    /// <param name="epochs">Epochs of every method; null for each loop's own.</param>
    /// <param name="metric">What chooses the epoch and judges; null for the data set's own.</param>
    public IReadOnlyList<Method> Methods(IStrategy strategy, int? epochs, IMetric? metric)
    {
        return
        [
            new(Finding.Baseline, Pretrained: false, Loop(Whole)),
            new("linear-probe", Pretrained: true, Loop(Tuned with { Strategy = new LinearProbe() })),
            new("full", Pretrained: true, Loop(Whole)),
            new(Chosen, Pretrained: true, Loop(Tuned with { Strategy = strategy })),
        ];

        FineTuner Loop(FineTuner tuner) => tuner with { Epochs = epochs ?? tuner.Epochs, Metric = metric };
    }
}
