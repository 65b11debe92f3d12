using GraphTune.Engine;
using GraphTune.Gnn;

namespace GraphTune.Cli.Commands;

/// <summary>A file that a command is to write. Whether it can is asked before the work begins, not after.</summary>
internal sealed class Output
{
    private readonly string path;

    private Output(string path) => this.path = path;

    /// <summary>The file named by an option; null where the option is not given.</summary>
    /// <param name="option">The option, for the message.</param>
    /// <param name="path">What it gives.</param>
    /// <exception cref="UsageException">The folder is not there, or the path is a folder.</exception>
    public static Output? At(string option, string? path)
    {
        if (path is null) return null;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (path.Length == 0 || Directory.Exists(path) || folder is null) throw new UsageException($"{option} is a file to write, not '{path}', which is a folder");
        if (!Directory.Exists(folder)) throw new UsageException($"{option} {path}: there is no folder '{folder}'; make it first");
        return new(path);
    }

    /// <summary>The file of the same name but for its ending, in the same folder.</summary>
    public Output Beside(string ending) => new(Path.ChangeExtension(path, ending));

    /// <summary>Writes text, whole or not at all.</summary>
    public void Write(string text) => AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a model, whole or not at all.</summary>
    public void Save(Module model, IReadOnlyDictionary<string, string> notes) => Checkpoint.Save(path, model, notes);

    public override string ToString() => path;
}
