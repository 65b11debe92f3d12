using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class InspectCommandTests
{
    [Test]
    public void Tells_names_shapes_types_norms_and_metadata()
    {
        using var folder = new TempFolder();
        var path = Checkpoint(folder);

        var run = ToolRun.Of("inspect", path);

        Assert.That(run.Code, Is.Zero);
        Assert.That(run.Out, Does.Match(@"lin\.weight\W+F32\W+2, 1\W+5\b").And.Contains("made by: a test").And.Contains("1 not finite"));
    }

    [Test]
    public void Says_the_same_to_a_program()
    {
        using var folder = new TempFolder();
        var path = Checkpoint(folder);

        var run = ToolRun.Of("inspect", path, "--json");

        var tensors = run.Json.GetProperty("tensors");
        Assert.That(tensors[0].GetProperty("name").GetString(), Is.EqualTo("lin.weight"));
        Assert.That(tensors[0].GetProperty("shape").EnumerateArray().Select(a => a.GetInt32()), Is.EqualTo(new[] { 2, 1 }));
        Assert.That(tensors[0].GetProperty("norm").GetDouble(), Is.EqualTo(5));
        Assert.That(tensors[1].GetProperty("notFinite").GetInt32(), Is.EqualTo(1));
        Assert.That(tensors[2].GetProperty("norm").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        Assert.That(run.Json.GetProperty("metadata").GetProperty("made by").GetString(), Is.EqualTo("a test"));
    }

    [Test]
    public void Why_there_is_no_encoder_is_said()
    {
        using var folder = new TempFolder();
        new SafeTensors([HostTensor.Of("convs.0.theta", [2, 2], [1f, 2f, 3f, 4f])]).Write(folder.At("odd.safetensors"));

        Assert.That(ToolRun.Of("inspect", Checkpoint(folder)).Out, Does.Contain("No encoder: ").And.Contain("among 3 tensors"));
        Assert.That(ToolRun.Of("inspect", folder.At("odd.safetensors"), "--json").Json.GetProperty("noEncoder").GetString(), Does.Contain("convs.0 is no convolution that is recognised"));
    }

    [Test]
    public void A_missing_file_is_told_in_one_line()
    {
        using var folder = new TempFolder();

        var run = ToolRun.Of("inspect", folder.At("absent.safetensors"));

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Complaints, Has.Length.EqualTo(1).And.One.Contains("absent.safetensors"));
    }

    [Test]
    public void A_file_that_is_no_checkpoint_is_told_in_one_line()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("notes.safetensors"), "These are notes, not tensors.\nTwo lines.");

        var run = ToolRun.Of("inspect", folder.At("notes.safetensors"));

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Complaints, Has.Length.EqualTo(1).And.One.Contains("neither a safetensors file"));
    }

    private static string Checkpoint(TempFolder folder)
    {
        var path = folder.At("model.safetensors");
        new SafeTensors(
            [HostTensor.Of("lin.weight", [2, 1], [3f, 4f]), HostTensor.Of("lin.bias", [2], [1f, float.NaN]), HostTensor.Of("step", [1], [7L])],
            new Dictionary<string, string> { ["made by"] = "a test" }).Write(path);
        return path;
    }
}
