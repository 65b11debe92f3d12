using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using GraphTune.Cli.Commands;
using GraphTune.Engine;
using Spectre.Console;

namespace GraphTune.Cli;

/// <summary>One run of one command: what was asked, where to write, and the signal to stop.</summary>
internal sealed class Session
{
    private const int WidthOfFiles = 240;
    private static readonly JsonSerializerOptions JsonForm = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ParseResult parsed;
    private readonly TextWriter json;

    public Session(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        (this.parsed, Cancel, json) = (parsed, cancel, terminal.Out);
        WantsJson = Value(GlobalOptions.Json);
        Quiet = Value(GlobalOptions.Quiet);
        IsLive = WantsJson ? terminal.ErrorIsLive : terminal.OutIsLive;
        Screen = ScreenOn(WantsJson ? terminal.Error : terminal.Out, IsLive);
    }

    /// <summary>Ends when the user asks to stop.</summary>
    public CancellationToken Cancel { get; }

    /// <summary>Whether the last line of standard output is to be a JSON object.</summary>
    public bool WantsJson { get; }

    /// <summary>The command line that asks for the same.</summary>
    public string CommandLine => $"graphtune {string.Join(' ', parsed.Tokens.Select(t => t.Value.Any(char.IsWhiteSpace) ? $"'{t.Value}'" : t.Value))}";

    /// <summary>Whether only results are to be written.</summary>
    public bool Quiet { get; }

    /// <summary>Whether somebody watches <see cref="Screen"/>.</summary>
    public bool IsLive { get; }

    /// <summary>For people: tables, remarks, progress.</summary>
    public IAnsiConsole Screen { get; }

    /// <summary>The value of an option.</summary>
    public T Value<T>(Option<T> option) => parsed.GetValue(option)!;

    /// <summary>The value of an argument.</summary>
    public T Value<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>Whether an option stands on the command line.</summary>
    public bool Gives(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Opens the device of <c>--device</c> with the threads of <c>--threads</c>.</summary>
    public Device OpenDevice() => Devices.ByName(Value(GlobalOptions.Device), Value(GlobalOptions.Threads));

    /// <summary>Writes a line of the result, for people. It is not wrapped.</summary>
    public void Print(string line) => Screen.Profile.Out.Writer.WriteLine(line);

    /// <summary>Writes a remark, unless <c>--quiet</c>.</summary>
    public void Say(string line)
    {
        if (!Quiet) Print(line);
    }

    /// <summary>Writes one JSON object as a line of standard output, where that was asked for.</summary>
    public void Answer<T>(T value) => AnswerJson(JsonSerializer.Serialize(value, JsonForm));

    /// <summary>Writes a JSON object that is text already.</summary>
    public void AnswerJson(string value)
    {
        if (WantsJson) json.WriteLine(value);
    }

    private static IAnsiConsole ScreenOn(TextWriter writer, bool live)
    {
        var screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = live ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = live ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!live) screen.Profile.Width = WidthOfFiles;
        return screen;
    }
}
