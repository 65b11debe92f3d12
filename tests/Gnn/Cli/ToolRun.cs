using System.Text.Json;
using GraphTune.Cli;

namespace GraphTune.Tests;

/// <summary>The tool, run in this process as a script would run it: no terminal, both outputs captured.</summary>
internal sealed record ToolRun(int Code, string Out, string Error)
{
    public static ToolRun Of(params string[] args) => Of(args, default);

    public static ToolRun Of(string[] args, CancellationToken cancel)
    {
        using StringWriter output = new(), error = new();
        var code = Tool.Run(args, new Terminal(output, error), cancel);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>The last line of standard output.</summary>
    public JsonElement Json => JsonDocument.Parse(Out.TrimEnd('\n').Split('\n')[^1]).RootElement;

    /// <summary>The lines of standard error.</summary>
    public string[] Complaints => Error.TrimEnd('\n').Split('\n');
}
