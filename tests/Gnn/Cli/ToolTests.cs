using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ToolTests
{
    [TestCase("no command is given")]
    [TestCase("there is no command 'tune'; there is ", "tune")]
    [TestCase("--threads is a whole number from 0 to 1024, not '-1'", "devices", "--threads", "-1")]
    [TestCase("--threads is a whole number from 0 to 1024, not 'two'", "devices", "--threads", "two")]
    [TestCase("--devise", "devices", "--devise", "cpu")]
    [TestCase("See graphtune inspect --help", "inspect")]
    public void A_wrong_command_line_is_told_in_one_line_and_ends_with_2(string expected, params string[] args)
    {
        var run = ToolRun.Of(args);

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Out, Is.Empty);
        Assert.That(run.Complaints, Has.Length.EqualTo(1).And.One.StartsWith("graphtune: ").And.One.Contains(expected));
    }

    [Test]
    public void Help_names_every_command_and_ends_with_0()
    {
        var run = ToolRun.Of("--help");

        Assert.That(run.Code, Is.Zero);
        Assert.That(run.Error, Is.Empty);
        foreach (var command in new[] { "pretrain", "finetune", "evaluate", "predict", "inspect", "devices" }) Assert.That(run.Out, Does.Contain($"\n  {command}"));
    }

    [Test]
    public void The_version_is_one_line()
    {
        var run = ToolRun.Of("--version");

        Assert.That(run.Code, Is.Zero);
        Assert.That(run.Out.TrimEnd(), Does.Match(@"^\d+\.\d+\.\d+"));
    }

    [Test]
    public void Devices_lists_the_host_processor_and_which_device_is_the_default()
    {
        var run = ToolRun.Of("devices", "--json");

        var devices = run.Json.GetProperty("devices").EnumerateArray().ToArray();
        Assert.That(run.Code, Is.Zero);
        Assert.That(devices.Select(d => d.GetProperty("name").GetString()), Does.Contain("cpu"));
        Assert.That(devices.Count(d => d.GetProperty("best").GetBoolean()), Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("host processor"));
    }

    [Test]
    public void Without_json_the_answer_is_for_people()
    {
        var run = ToolRun.Of("devices");

        Assert.That(run.Out, Does.Contain("host processor").And.Not.Contains("{"));
        Assert.That(run.Out, Does.Not.Contain('\e'));
        Assert.That(run.Error, Is.Empty);
    }
}
