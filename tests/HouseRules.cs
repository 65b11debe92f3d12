using System.Text.RegularExpressions;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>The house style, as far as a machine can see it and an analyzer does not.</summary>
public sealed partial class HouseRules
{
    private static readonly string[] Rooms = ["engine", "kernels", "autograd", "gnn"];

    [Test]
    public void A_file_has_at_most_300_lines() =>
        Assert.That(Repository.Sources().Where(f => Repository.Read(f).AsSpan().Count('\n') > 300), Is.Empty);

    [Test]
    public void No_file_has_regions_or_unfinished_marks() =>
        Assert.That(Repository.Sources().Where(f => f != "tests/HouseRules.cs" && Unfinished().IsMatch(Repository.Read(f))), Is.Empty);

    [Test]
    public void Learning_does_not_know_hardware() =>
        Assert.That(Repository.Sources("gnn").Where(f => Hardware().IsMatch(Repository.Read(f))), Is.Empty);

    [Test]
    public void Only_the_engine_makes_threads_for_kernels() =>
        Assert.That(Rooms[1..3].SelectMany(Repository.Sources).Where(f => Threads().IsMatch(Repository.Read(f))), Is.Empty);

    [Test]
    public void A_float_is_added_atomically_in_one_named_kernel_only() =>
        Assert.That(Repository.Sources("kernels").Where(f => !f.EndsWith("/ScatterAdd.cs", StringComparison.Ordinal) && Repository.Read(f).Contains("Atomic.", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void Every_room_has_a_README_of_at_most_150_lines() =>
        Assert.That(Rooms.Where(r => Repository.Read($"{r}/README.md").AsSpan().Count('\n') > 150), Is.Empty);

    [Test]
    public void Every_kernel_is_named_by_a_test_or_by_an_op_that_a_test_names()
    {
        var tests = string.Join('\n', Repository.Sources("tests").Select(Repository.Read));
        var ops = Repository.Sources("autograd").Concat(Repository.Sources("gnn")).Select(f => (Name: Path.GetFileNameWithoutExtension(f), Text: Repository.Read(f))).ToArray();
        bool Named(string name) => Regex.IsMatch(tests, $@"\b{name}(Tests)?\b");

        var kernels = typeof(Fill).Assembly.GetTypes().Where(t => t.IsValueType && typeof(IKernel).IsAssignableFrom(t)).Select(t => t.Name.Split('`')[0]);

        Assert.That(kernels.Where(k => !Named(k) && !ops.Any(op => Regex.IsMatch(op.Text, $@"new (Kernels\.)?{k}\b") && Named(op.Name))), Is.Empty);
    }

    [GeneratedRegex(@"#region|\bTODO\b|\bFIXME\b|\bHACK\b|NotImplementedException")] private static partial Regex Unfinished();
    [GeneratedRegex(@"\b(CpuDevice|GpuDevice|ArrayView|ILGPU)\b")] private static partial Regex Hardware();
    [GeneratedRegex(@"new Thread\b|Task\.Run|ThreadPool|Parallel\.")] private static partial Regex Threads();
}
