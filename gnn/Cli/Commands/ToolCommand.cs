using System.CommandLine;

namespace GraphTune.Cli.Commands;

/// <summary>One command: the options it adds in its constructor, and what it does with them.</summary>
internal abstract class ToolCommand(string name, string description) : Command(name, description)
{
    /// <summary>Does what was asked.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public abstract int Run(Session session);

    /// <summary>Adds an option and returns it.</summary>
    protected T Add<T>(T option) where T : Option
    {
        Options.Add(option);
        return option;
    }

    /// <summary>Adds an argument and returns it.</summary>
    protected Argument<T> Add<T>(Argument<T> argument)
    {
        Arguments.Add(argument);
        return argument;
    }
}
