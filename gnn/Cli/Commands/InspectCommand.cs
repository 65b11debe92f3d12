using System.CommandLine;
using GraphTune.Cli.Rendering;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Models;
using Spectre.Console;

namespace GraphTune.Cli.Commands;

/// <summary><c>graphtune inspect FILE</c>: what is in a checkpoint.</summary>
internal sealed class InspectCommand : ToolCommand
{
    private readonly DataOptions data = new();
    private readonly Argument<string> file;

    public InspectCommand() : base("inspect", "Show the tensors of a safetensors or PyTorch file, the encoder in it and its names, or the counts of a data set.")
    {
        file = Add(new Argument<string>("FILE") { Description = "The checkpoint, or a data file or folder." });
        data.AddChoicesTo(this);
    }

    public override int Run(Session session)
    {
        var path = session.Value(file);
        if (DataInspection.Knows(path)) return DataInspection.Run(session, path, data);
        var found = CheckpointFile.Read(path);
        var tensors = found.Tensors.Select(Described.Of).ToArray();
        Show(session.Screen, tensors);
        foreach (var (key, value) in found.Metadata) session.Print($"{key}: {value}");
        session.Print($"{Words.Count(tensors.Length, "tensor")}, {Words.Count(tensors.Sum(t => t.Count), "number")}, {Words.Bytes(tensors.Sum(t => t.Bytes))}");
        var (plan, reason) = Recognised(found, path);
        if (plan is not null)
        {
            session.Print($"{plan}; recognised by {plan.Evidence}");
            session.Print($"names: {plan.Map}");
        }
        else
        {
            session.Print($"No encoder: {reason}");
        }
        session.Answer(new { file = path, tensors, metadata = found.Metadata, encoder = plan?.ToString(), map = plan?.Map.ToString(), noEncoder = reason });
        return ExitCode.Done;
    }

    // Most files of tensors hold no encoder, which is no fault of theirs; but one that almost does should hear why not.
    private static (EncoderPlan? Plan, string? Reason) Recognised(SafeTensors found, string path)
    {
        try
        {
            return (EncoderFile.Recognise(found, path), null);
        }
        catch (InvalidDataException e)
        {
            return (null, e.Message);
        }
    }

    private static void Show(IAnsiConsole screen, Described[] tensors)
    {
        var table = Tables.New("name", "type", "shape", "norm", "remark").RightAligned(2, 3);
        foreach (var t in tensors)
            table.AddTextRow(t.Name, t.Type, $"[{string.Join(", ", t.Shape)}]", t.Norm is { } norm ? $"{norm:G5}" : "", t.NotFinite > 0 ? $"{t.NotFinite} not finite" : "");
        screen.Write(table);
    }

    /// <summary>A tensor as it is listed. The norm is √Σx² over the finite numbers, summed in double.</summary>
    private sealed record Described(string Name, string Type, long[] Shape, int Count, long Bytes, double? Norm, int NotFinite)
    {
        public static Described Of(HostTensor tensor)
        {
            if (tensor.Type.IsInteger) return new(tensor.Name, $"{tensor.Type}", tensor.Shape, tensor.Count, tensor.Data.Length, null, 0);
            var values = tensor.ToFloats();
            var finite = values.Where(float.IsFinite);
            return new(tensor.Name, $"{tensor.Type}", tensor.Shape, tensor.Count, tensor.Data.Length,
                Math.Sqrt(finite.Sum(v => (double)v * v)), values.Length - finite.Count());
        }
    }
}
