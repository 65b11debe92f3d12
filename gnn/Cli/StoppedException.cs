namespace GraphTune.Cli;

/// <summary>The user asked to stop. The message says what was saved.</summary>
internal sealed class StoppedException(string message) : Exception(message);
