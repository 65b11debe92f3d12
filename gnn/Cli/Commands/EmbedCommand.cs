using System.CommandLine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Models;

namespace GraphTune.Cli.Commands;

/// <summary><c>graphtune embed</c>: what a pre-trained encoder makes of every node and graph.</summary>
internal sealed class EmbedCommand : ToolCommand
{
    private readonly DataOptions data = new();
    private readonly Option<string> encoder, output;
    private readonly Option<string?> model;

    public EmbedCommand() : base("embed", "Write the embeddings of nodes and graphs by a pre-trained encoder, ours or a published one.")
    {
        encoder = Add(new Option<string>("--encoder") { Description = "Its weights: a safetensors file, or a PyTorch file of either format.", HelpName = "FILE", Required = true });
        data.AddTo(this);
        output = Add(new Option<string>("--out") { Description = "Where they go: .safetensors (node_emb, graph_emb_mean), .npy or .csv (nodes; graphs in a second file beside it).", HelpName = "FILE", Required = true });
        model = Add(Flags.OptionalText("--model", $"The body of a molecular encoder, where its tensors do not tell: {string.Join(", ", EncoderFile.Models)}.", "WORD"));
    }

    public override int Run(Session session)
    {
        var path = EmbeddingOutput.Checked(Output.At("--out", session.Value(output))!.ToString());
        var weights = CheckpointFile.Read(session.Value(encoder));
        var plan = EncoderFile.Recognise(weights, session.Value(encoder), session.Value(model));
        session.Say($"{plan}; recognised by {plan.Evidence}");
        var graphs = Open(session);
        using var device = session.OpenDevice();
        using var built = plan.Load(weights, session.Value(encoder), device);

        var found = EmbeddedGraphs.Of(built, device, graphs);

        var files = EmbeddingOutput.Write(path, found, graphs.Batch);
        session.Print($"{string.Join(" and ", files)}: {Words.Count(graphs.Edges.Nodes, "node")}, {Words.Count(graphs.Graphs, "graph")}, width {found.Width}");
        var quality = Quality.Say(session, EmbeddingQuality.Of(found.Nodes, found.Width));
        session.Answer(new { encoder = plan.ToString(), quality, data = graphs.Place, nodes = graphs.Edges.Nodes, graphs = graphs.Graphs, width = found.Width, files });
        return ExitCode.Done;
    }

    private PlainGraph Open(Session session)
    {
        var path = data.Path(session);
        if (path is not null && path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)) return PlainGraph.Read(path);
        return data.HoldsGraphs(session) ? PlainGraph.From(data.OpenGraphs(session)) : PlainGraph.From(data.Open(session));
    }
}
