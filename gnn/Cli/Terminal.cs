namespace GraphTune.Cli;

/// <summary>Where the tool writes: two texts, and for each whether a person watches it, so that it may move and have colour.</summary>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool OutIsLive = false, bool ErrorIsLive = false)
{
    public static Terminal OfProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);
}
