using System.Diagnostics;
using GraphTune.Autograd;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Metrics;

namespace GraphTune.Gnn.FineTune;

/// <summary>The bench of a graph whose nodes have classes.</summary>
public sealed class NodeBench : Bench
{
    private readonly NodeTask task;
    private readonly bool owner;
    private readonly ClassifierOptions options;
    private readonly IMetric metric;

    /// <summary>A bench on a data set; its task lives and dies with it.</summary>
    /// <param name="data">The graph, features, labels and splits.</param>
    /// <param name="options">The head; the encoder's options are those of <paramref name="encoder"/>.</param>
    /// <param name="encoder">The pre-trained encoder; it stays the caller's.</param>
    /// <param name="metric">What chooses and judges; null for the data set's own.</param>
    /// <exception cref="InvalidDataException">The encoder was made for another number of features.</exception>
    public NodeBench(NodeDataset data, ClassifierOptions options, Encoder encoder, IMetric? metric = null)
        : this(new NodeTask(encoder.Parameters.First().Value.Device, data), options, encoder, metric) => owner = true;

    /// <summary>A bench on a task that stays the caller's.</summary>
    /// <param name="task">The graph, features, labels and splits.</param>
    /// <param name="options">The head; the encoder's options are those of <paramref name="encoder"/>.</param>
    /// <param name="encoder">The pre-trained encoder; it stays the caller's.</param>
    /// <param name="metric">What chooses and judges; null for the data set's own.</param>
    /// <exception cref="InvalidDataException">The encoder was made for another number of features.</exception>
    public NodeBench(NodeTask task, ClassifierOptions options, Encoder encoder, IMetric? metric = null)
        : base(task.Graph.Device, encoder, task.Name, task.Data.Splits, task.HostLabels, () => DataSha256Of.Nodes(task.Data))
    {
        (this.task, this.options, this.metric) = (task, options with { Encoder = encoder.Options }, metric ?? Metrics.Metric.ByName(task.Metric));
        Targets = new(TaskKind.MultiClass, 1, task.Classes, Array.ConvertAll(task.HostLabels, label => label < 0 ? float.NaN : label));
        if (encoder.Options.Inputs != task.Inputs) throw new InvalidDataException($"{task.Name}: nodes have {task.Inputs} features, but the encoder was made for {encoder.Options.Inputs}");
    }

    /// <inheritdoc/>
    public override string Task => "node-classification";

    /// <inheritdoc/>
    public override string Metric => metric.Name;

    /// <inheritdoc/>
    public override bool HigherIsBetter => metric.HigherIsBetter;

    /// <inheritdoc/>
    public override Targets Targets { get; }

    /// <inheritdoc/>
    public override string Setting => options.ToJson();

    /// <inheritdoc/>
    public override Module Model(ulong seed, bool pretrained)
    {
        var model = new NodeClassifier(Device, options, seed);
        if (pretrained) model.Encoder.CopyFrom(Encoder);
        return model;
    }

    /// <inheritdoc/>
    public override FineTuneReport Train(Module model, FineTuner tuner, Split split)
    {
        using var at = task.WithSplit(split);
        return (tuner with { Metric = metric }).Run((NodeClassifier)model, at);
    }

    /// <inheritdoc/>
    public override float[] Predict(Module model, ReadOnlySpan<int> rows)
    {
        using var tape = Tape.Infer(Device);
        return ((NodeClassifier)model).Forward(task.Graph, tape.Input(task.Features)).ToArray();
    }

    /// <inheritdoc/>
    public override double Score(float[] outputs, ReadOnlySpan<int> rows) => metric.Evaluate(outputs, task.HostLabels, rows);

    private protected override FrozenRows Embed()
    {
        var clock = Stopwatch.StartNew();
        Device.Pool.ResetPeak();
        using var tape = Tape.Infer(Device);
        var encoder = (Encoder)Encoder;
        var rows = encoder.Forward(task.Graph, tape.Input(task.Features)).ToArray();
        return new(rows, rows.Length / Rows, clock.Elapsed.TotalSeconds, Device.Pool.PeakBytes);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (owner) task.Dispose();
        base.Dispose();
    }
}
