using System.CommandLine;
using System.Text;
using GraphTune.Engine;
using GraphTune.Gnn;

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

        var found = Prediction.Of(trained, graph, features);

        output.Write(Table(found));
        session.Print($"{output}: {Words.Count(found.Nodes, "node")}, {found.Classes} classes");
        session.Answer(new { data = set.Name, nodes = found.Nodes, classes = found.Classes, file = output.ToString() });
        return ExitCode.Done;
    }

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
