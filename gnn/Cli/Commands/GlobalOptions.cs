using System.CommandLine;

namespace GraphTune.Cli.Commands;

/// <summary>What every command understands.</summary>
internal static class GlobalOptions
{
    public static readonly Option<int> Threads = Flags.Whole("--threads", "Threads of the host processor; 0 for one per processor. Results do not depend on it.", 0, 1024, 0);

    public static readonly Option<string> Device = Flags.Text("--device", "Where to compute: cpu, cuda:0, opencl:0, or best (see: graphtune devices).", "NAME", "best");

    public static readonly Option<bool> Json = new("--json") { Description = "End standard output with one JSON object on a line; all else goes to standard error." };

    public static readonly Option<bool> Quiet = new("--quiet") { Description = "No progress and no remarks, only the result." };

    public static IEnumerable<Option> All
    {
        get
        {
            Option[] all = [Threads, Device, Json, Quiet];
            foreach (var option in all) option.Recursive = true;
            return all;
        }
    }
}
