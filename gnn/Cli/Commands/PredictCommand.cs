using System.CommandLine;
using System.Globalization;
using System.Text;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Metrics;

namespace GraphTune.Cli.Commands;

/// <summary><c>graphtune predict</c>: the class of every node, as a table of comma-separated values.</summary>
internal sealed class PredictCommand : ToolCommand
{
    private readonly DataOptions data = new();
    private readonly Option<string> model, file;

    public PredictCommand() : base("predict", "Write the class of every node and the probability of each class.")
    {
        model = Add(Flags.Model());
        data.AddTo(this);
        file = Add(new Option<string>("--out") { Description = "Where the table goes: node, class, and a probability for each class.", HelpName = "FILE", Required = true });
    }

    public override int Run(Session session)
    {
        var output = Output.At("--out", session.Value(file))!;
        var set = data.Open(session);
        session.Say(DataOptions.Describe(set));
        using var device = session.OpenDevice();
        using var trained = Checkpoints.Classifier(device, session.Value(model), set);
        using var graph = Graph.From(device, set.Edges);
        using var features = Tensor.From(device, new Shape(set.Nodes, set.Features.Columns), set.Features.ToDense());

        var calibration = Checkpoints.Calibration(session.Value(model));
        var found = Prediction.Of(trained, graph, features, calibration);

        output.Write(Table(found));
        session.Print($"{output}: {Words.Count(found.Nodes, "node")}, {found.Classes} classes; {About(calibration, found)}");
        session.Answer(new { data = set.Name, nodes = found.Nodes, classes = found.Classes, calibrated = calibration is not null, threshold = found.Threshold, file = output.ToString() });
        return ExitCode.Done;
    }

    private static string About(Calibration? calibration, Prediction found) =>
        calibration is null ? "probabilities as the model gives them, not calibrated"
        : $"probabilities calibrated{(calibration.Temperatures is [var t] ? string.Create(CultureInfo.InvariantCulture, $" at temperature {t:0.###}") : "")}{(calibration.Thresholds.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $", class 1 above {found.Threshold:0.###}") : "")}";

    private static string Table(Prediction found)
    {
        var text = new StringBuilder($"node,class,{string.Join(',', Enumerable.Range(0, found.Classes).Select(c => $"p{c}"))}\n");
        for (var node = 0; node < found.Nodes; node++)
        {
            text.Append(node).Append(',').Append(found.Class(node));
            foreach (var p in found.Of(node)) text.Append(',').Append(p.ToString("0.000000"));
            text.Append('\n');
        }
        return text.ToString();
    }
}
