namespace GraphTune.Cli;

/// <summary>What the tool ends with. Scripts rely on these numbers.</summary>
internal static class ExitCode
{
    /// <summary>All that was asked is done.</summary>
    public const int Done = 0;

    /// <summary>The tool failed at something that was asked rightly: training diverged, or a defect.</summary>
    public const int Failed = 1;

    /// <summary>The input or the command line is wrong; one line on standard error says what. Nothing was written.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by Ctrl-C; what was learned so far is saved where that was asked for.</summary>
    public const int Cancelled = 130;
}
