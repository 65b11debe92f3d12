using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>The reference material that lies beside a developer's checkout; tests that need it are skipped where it is absent.</summary>
public static class SharedData
{
    /// <summary>A file or folder below <c>../shared</c>; ends the test as ignored where it is not there.</summary>
    public static string At(params string[] parts)
    {
        var path = Path.Combine([Path.GetDirectoryName(Repository.Root)!, "shared", .. parts]);
        if (!Path.Exists(path)) Assert.Ignore("skipped: no shared data");
        return path;
    }
}
