using GraphTune.Cli.Rendering;
using GraphTune.Engine;

namespace GraphTune.Cli.Commands;

/// <summary><c>graphtune devices</c>: what this machine can compute on.</summary>
internal sealed class DevicesCommand() : ToolCommand("devices", "List what this machine can compute on, best first.")
{
    public override int Run(Session session)
    {
        var best = Devices.Names[0];
        var found = Devices.Names.Select(name => new Found(name, Devices.Describe(name), name == best)).ToArray();
        var table = Tables.New("name", "what it is", "");
        foreach (var device in found) table.AddTextRow(device.Name, device.About, device.Best ? "used by default" : "");
        session.Screen.Write(table);
        session.Answer(new { devices = found });
        return ExitCode.Done;
    }

    private sealed record Found(string Name, string About, bool Best);
}
