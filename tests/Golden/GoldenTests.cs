using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Every golden file is a test: the case is built from its options, and all that it holds is compared, on every device that bears useful sizes.</summary>
/// <remarks>Point <c>GRAPHTUNE_GOLDEN</c> at another folder to run other files.</remarks>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Fast))]
public sealed class GoldenTests(Device device)
{
    public static IEnumerable<TestCaseData> Files() => GoldenFolder.Files() is { Length: > 0 } files
        ? files.Select(path => new TestCaseData(path).SetArgDisplayNames(Path.GetFileNameWithoutExtension(path)))
        : [new TestCaseData("").Ignore("skipped: no shared data")];

    [TestCaseSource(nameof(Files))]
    public void It_agrees_with_the_reference(string path)
    {
        var golden = GoldenCase.Read(path, device);
        if (!GoldenCases.ByLayer.TryGetValue(golden.Layer, out var build)) Assert.Ignore($"unknown case: {golden.Name} ({golden.Layer})");

        build!(golden);

        Assert.That(golden.Faults(), Is.Empty, $"{golden.Name} ({golden.Layer})");
    }

    [Test]
    public void Every_case_that_no_builder_knows_is_named()
    {
        var files = GoldenFolder.Files().Select(path => GoldenCase.Read(path, device)).ToArray();
        if (files.Length == 0) Assert.Ignore("skipped: no shared data");

        var unknown = files.Where(golden => !GoldenCases.ByLayer.ContainsKey(golden.Layer)).ToArray();

        TestContext.Out.WriteLine($"{unknown.Length} unknown cases of {files.Length}");
        foreach (var golden in unknown) TestContext.Out.WriteLine($"unknown case: {golden.Name} ({golden.Layer})");
        Assert.Pass($"{unknown.Length} unknown cases of {files.Length}");
    }
}
