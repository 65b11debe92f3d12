using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Finds the checkout that the tests were built from.</summary>
public static class Repository
{
    private static readonly Lazy<string> Found = new(() =>
    {
        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "GraphTune.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("no folder above the tests holds GraphTune.sln");
    });

    /// <summary>The folder of GraphTune.sln.</summary>
    public static string Root => Found.Value;

    /// <summary>Our own C# files below a folder of the checkout, as paths relative to its root.</summary>
    public static IEnumerable<string> Sources(string folder = ".") =>
        from path in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !relative.Split('/').Any(part => part is "bin" or "obj")
        select relative;

    /// <summary>A file's text.</summary>
    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));
}
