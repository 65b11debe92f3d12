using System.CommandLine;
using GraphTune.Cli.Commands;
using GraphTune.Engine;

namespace GraphTune.Cli;

/// <summary>The command <c>graphtune</c>: finds the command asked for, runs it, and turns what goes wrong into one line and an exit code.</summary>
internal static class Tool
{
    /// <summary>Every command, in the order of the help text. To add one, write it in Commands/ and name it here.</summary>
    private static IEnumerable<ToolCommand> Commands => [new PretrainCommand(), new FinetuneCommand(), new ReportCommand(), new EvaluateCommand(), new PredictCommand(), new EmbedCommand(), new InspectCommand(), new DevicesCommand()];

    /// <summary>The version of the tool, without the commit it was built from.</summary>
    public static string Version => typeof(Tool).Assembly.GetName().Version!.ToString(3);

    public static int Run(string[] args, Terminal terminal, CancellationToken cancel = default)
    {
        var root = new RootCommand("Fine-tunes pre-trained graph neural networks, and compares honestly with training from scratch.");
        foreach (var option in GlobalOptions.All) root.Options.Add(option);
        foreach (var command in Commands) root.Subcommands.Add(command);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0) return Fail(terminal, ExitCode.BadInput, Complaint(parsed));
        if (parsed.CommandResult.Command is not ToolCommand chosen || parsed.Action is not null)
            return parsed.Invoke(new() { Output = terminal.Out, Error = terminal.Error });
        return Guarded(terminal, () => chosen.Run(new Session(parsed, terminal, cancel)));
    }

    private static int Guarded(Terminal terminal, Func<int> run)
    {
        try
        {
            return run();
        }
        catch (StoppedException e)
        {
            return Fail(terminal, ExitCode.Cancelled, $"stopped; {e.Message}");
        }
        catch (Exception e) when (e is UsageException or InvalidDataException or IOException or UnauthorizedAccessException or ShapeException or DeviceException)
        {
            return Fail(terminal, ExitCode.BadInput, e.Message);
        }
        catch (ArithmeticException e) when (e is not (OverflowException or DivideByZeroException))
        {
            return Fail(terminal, ExitCode.Failed, e.Message);
        }
        catch (Exception e)
        {
            return Fail(terminal, ExitCode.Failed, $"a defect of graphtune, please report it: {e.Message}", e.ToString());
        }
    }

    private static int Fail(Terminal terminal, int code, string message, string? details = null)
    {
        terminal.Error.WriteLine($"graphtune: {message.ReplaceLineEndings(" ")}");
        if (details is not null) terminal.Error.WriteLine(details);
        return code;
    }

    private static string Complaint(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command is not RootCommand) return $"{parsed.Errors[0].Message} See graphtune {command.Name} --help.";
        var asked = parsed.UnmatchedTokens is [var word, ..] ? $"there is no command '{word}'" : "no command is given";
        return $"{asked}; there is {string.Join(", ", command.Subcommands.Select(c => c.Name))}. See graphtune --help.";
    }
}
