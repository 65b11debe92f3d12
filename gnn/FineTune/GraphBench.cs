using System.Diagnostics;
using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Models;

namespace GraphTune.Gnn.FineTune;

/// <summary>The bench of many graphs with labels: molecules under a <see cref="MolecularEncoder"/>, any graphs with node features under an <see cref="Gnn.Encoder"/>.</summary>
public sealed class GraphBench : Bench
{
    private const uint WeightStream = 1;
    private readonly GraphTask task;
    private readonly IMetric? metric;
    private readonly GraphHeadOptions head;
    private readonly int[] classes;

    /// <summary>A bench on a data set.</summary>
    /// <param name="data">The graphs, labels and splits; codes become features where the encoder reads features and there are none.</param>
    /// <param name="encoder">The pre-trained encoder, a <see cref="MolecularEncoder"/> or an <see cref="Gnn.Encoder"/>; it stays the caller's.</param>
    /// <param name="head">The head over an <see cref="Gnn.Encoder"/>; null for a linear one on means. Molecules have the published head.</param>
    /// <param name="metric">What chooses and judges; null for the data set's own.</param>
    /// <param name="batchSize">Graphs of a training step.</param>
    /// <exception cref="InvalidDataException">There are no labels or splits, or the encoder reads other graphs.</exception>
    public GraphBench(GraphDataset data, Module encoder, GraphHeadOptions? head = null, IMetric? metric = null, int batchSize = 32)
        : base(encoder.Parameters.First().Value.Device, encoder, data.Name, data.Splits.Count > 0 ? data.Splits : throw new InvalidDataException($"{data.Name}: there is no split into training and test graphs"), StrataOf(data), () => DataSha256Of.Graphs(data))
    {
        if (encoder is not (MolecularEncoder or Gnn.Encoder)) throw new InvalidDataException($"{data.Name}: a {encoder.GetType().Name} is no encoder of graphs");
        if (encoder is Gnn.Encoder plain)
        {
            data = Featured(data);
            if (plain.Options.Inputs != data.NodeFeatures!.Columns) throw new InvalidDataException($"{data.Name}: nodes have {data.NodeFeatures.Columns} features, but the encoder was made for {plain.Options.Inputs}");
        }
        task = new GraphTask(Device, data) { BatchSize = batchSize };
        this.head = (head ?? new() { Outputs = task.Outputs }) with { Outputs = task.Outputs };
        this.metric = data.Task == TaskKind.Regression ? null : metric ?? Metrics.Metric.ByName(data.Metric, data.Tasks.Count);
        Targets = new(data.Task, data.Tasks.Count, data.Classes, data.Labels);
        classes = Array.ConvertAll(data.Labels, y => float.IsNaN(y) ? -1 : (int)y);
    }

    /// <summary>The same graphs with features of their nodes: their own, or a one for each of their codes.</summary>
    /// <param name="data">The graphs.</param>
    /// <exception cref="InvalidDataException">Nodes have neither.</exception>
    public static GraphDataset Featured(GraphDataset data) => data.NodeFeatures is not null ? data
        : data with { NodeFeatures = data.NodeCodes?.OneHot() ?? throw new InvalidDataException($"{data.Name}: nodes have neither codes nor features") };

    /// <inheritdoc/>
    public override string Task => Targets.Kind == TaskKind.Regression ? "graph-regression" : "graph-classification";

    /// <inheritdoc/>
    public override string Metric => metric?.Name ?? "rmse";

    /// <inheritdoc/>
    public override bool HigherIsBetter => metric?.HigherIsBetter ?? false;

    /// <inheritdoc/>
    public override Targets Targets { get; }

    /// <inheritdoc/>
    public override string Setting => $"{((IRebuildable)Encoder).OptionsJson}; {head}; batches of {task.BatchSize}";

    /// <inheritdoc/>
    public override Module Model(ulong seed, bool pretrained)
    {
        if (Encoder is MolecularEncoder molecular)
        {
            var predictor = new MolecularPredictor(Device, molecular.Options, task.Outputs, new Rng(seed, WeightStream));
            if (pretrained) predictor.Encoder.CopyFrom(Encoder);
            return predictor;
        }
        var model = new GraphClassifier(Device, new() { Encoder = ((Encoder)Encoder).Options, Head = head }, seed);
        if (pretrained) model.Encoder.CopyFrom(Encoder);
        return model;
    }

    /// <inheritdoc/>
    public override FineTuneReport Train(Module model, FineTuner tuner, Split split)
    {
        tuner = tuner with { Metric = metric };
        return model is MolecularPredictor molecular ? tuner.Run(molecular, task.WithSplit(split)) : tuner.Run((GraphClassifier)model, task.WithSplit(split));
    }

    /// <inheritdoc/>
    public override float[] Predict(Module model, ReadOnlySpan<int> rows) => Each(rows, task.Outputs, (tape, batch) => ((IGraphModel)model).Forward(tape, batch));

    /// <inheritdoc/>
    public override double Score(float[] outputs, ReadOnlySpan<int> rows) =>
        metric?.Evaluate(outputs, classes, rows) ?? RegressionErrors.Of(outputs, Targets.Values, Targets.Tasks, rows).RootMeanSquared;

    private protected override FrozenRows Embed()
    {
        var clock = Stopwatch.StartNew();
        Device.Pool.ResetPeak();
        int[] all = [.. Enumerable.Range(0, Rows)];
        var encoder = (GraphEncoder)Encoder;
        var rows = Each(all, encoder.Width, (tape, batch) => encoder.Embed(tape, batch).Segment(head.Readout, batch.GraphOfNode));
        return new(rows, encoder.Width, clock.Elapsed.TotalSeconds, Device.Pool.PeakBytes);
    }

    private float[] Each(ReadOnlySpan<int> rows, int width, Func<Tape, GraphBatch, Var> forward)
    {
        var outputs = new float[Rows * width];
        GraphOutputs.Fill(outputs, width, task, rows, forward);
        return outputs;
    }

    // Several questions at once, or numbers, have no one class to go by.
    internal static int[] StrataOf(GraphDataset data) =>
        data.Tasks.Count == 1 && data.Task != TaskKind.Regression ? Array.ConvertAll(data.Labels, y => float.IsNaN(y) ? -1 : (int)y) : new int[data.Graphs];
}
