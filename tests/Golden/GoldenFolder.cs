namespace GraphTune.Tests;

/// <summary>Where golden files lie: the folder named by <c>GRAPHTUNE_GOLDEN</c>, or <c>../shared/golden</c> beside the checkout.</summary>
internal static class GoldenFolder
{
    public const string Variable = "GRAPHTUNE_GOLDEN";

    private static string? Named => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null;

    public static string Path => Named ?? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Repository.Root)!, "shared", "golden");

    /// <summary>The files, by name. A folder that was asked for and is not there is an error; the usual one may be absent.</summary>
    public static string[] Files()
    {
        if (!Directory.Exists(Path)) return Named is null ? [] : throw new DirectoryNotFoundException($"{Variable} names {Path}, which is no folder.");
        var files = Directory.GetFiles(Path, "*.safetensors");
        Array.Sort(files, StringComparer.Ordinal);
        return files.Length > 0 || Named is null ? files : throw new FileNotFoundException($"{Variable} names {Path}, which holds no .safetensors file.");
    }
}
