using System.CommandLine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Metrics;

namespace GraphTune.Cli.Commands;

/// <summary><c>graphtune evaluate</c>: how good a saved model is.</summary>
internal sealed class EvaluateCommand : ToolCommand
{
    private readonly DataOptions data = new();
    private readonly Option<string> model;
    private readonly Option<int> split;
    private readonly Option<string?> metric;

    public EvaluateCommand() : base("evaluate", "Score a saved model on the validation and test nodes of a data set.")
    {
        model = Add(Flags.Model());
        data.AddTo(this);
        split = Add(Flags.Whole("--split", "Which of the data set's splits, from 0.", 0, 1_000_000, 0));
        metric = Add(Flags.Metric());
    }

    public override int Run(Session session)
    {
        var judge = session.Value(metric) is { } name ? Metric.ByName(name) : null;
        var set = data.OpenLabelled(session);
        var at = session.Value(split);
        if (at >= set.Splits.Count) throw new UsageException($"--split {at}: {set.Name} has {Words.Count(set.Splits.Count, "split")}, counted from 0");
        session.Say(DataOptions.Describe(set));
        using var device = session.OpenDevice();
        using var trained = Checkpoints.Classifier(device, session.Value(model), set);
        using var task = new NodeTask(device, set, at);

        var found = Evaluation.Of(trained, task, judge, Checkpoints.Calibration(session.Value(model)));

        session.Print($"{found.Metric}: validation {MetricScale.Of(found.Metric).Text(found.Validation)}, test {MetricScale.Of(found.Metric).Text(found.Test)}");
        session.Answer(new { data = set.Name, task = "node-classification", metric = found.Metric, split = at, validation = found.Validation, test = found.Test });
        return ExitCode.Done;
    }
}
