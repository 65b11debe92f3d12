namespace GraphTune.Cli;

/// <summary>The command line asks for something that cannot be done. The message is one line: what was asked, what was found, what to do.</summary>
internal sealed class UsageException(string message) : Exception(message);
