using System.CommandLine;
using GraphTune.Cli.Rendering;
using GraphTune.Engine;
using Spectre.Console;

namespace GraphTune.Cli.Commands;

/// <summary><c>graphtune inspect FILE</c>: what is in a checkpoint.</summary>
internal sealed class InspectCommand : ToolCommand
{
    private readonly DataOptions data = new();
    private readonly Argument<string> file;

    public InspectCommand() : base("inspect", "Show the tensors and metadata of a safetensors file, or the counts of a data set.")
    {
        file = Add(new Argument<string>("FILE") { Description = "The checkpoint, or a data file or folder." });
        data.AddChoicesTo(this);
    }

    public override int Run(Session session)
    {
        var path = session.Value(file);
        if (DataInspection.Knows(path)) return DataInspection.Run(session, path, data);
        var found = SafeTensors.Read(path);
        var tensors = found.Tensors.Select(Described.Of).ToArray();
        Show(session.Screen, tensors);
        foreach (var (key, value) in found.Metadata) session.Print($"{key}: {value}");
        session.Print($"{Words.Count(tensors.Length, "tensor")}, {Words.Count(tensors.Sum(t => t.Count), "number")}, {Words.Bytes(tensors.Sum(t => t.Bytes))}");
        session.Answer(new { file = path, tensors, metadata = found.Metadata });
        return ExitCode.Done;
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
