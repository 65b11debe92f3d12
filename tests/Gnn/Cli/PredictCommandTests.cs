using System.Globalization;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class PredictCommandTests
{
    [Test]
    public void Writes_each_node_with_its_class_and_the_probability_of_every_class()
    {
        using var folder = new TempFolder();
        var (data, model, table) = (SmallGraph.Write(folder), folder.At("model.safetensors"), folder.At("predictions.csv"));
        ToolRun.Of("finetune", "--data", data, "--seeds", "1", "--epochs", "10", "--pretrain-epochs", "10", "--device", "cpu", "--report", folder.At("report.html"), "--out", model);

        var run = ToolRun.Of("predict", "--model", model, "--data", data, "--out", table);

        var lines = File.ReadAllLines(table);
        var rows = lines[1..].Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(lines[0], Is.EqualTo("node,class,p0,p1,p2"));
        Assert.That(rows.Select(r => r[0]), Is.EqualTo(Enumerable.Range(0, SmallGraph.Nodes)));
        Assert.That(rows.Select(r => r[2..].Sum()), Is.All.EqualTo(1).Within(2e-6));
        Assert.That(rows.Select(r => Array.IndexOf(r, r[2..].Max(), 2) - 2), Is.EqualTo(rows.Select(r => (int)r[1])));
        Assert.That(rows.Count(r => (int)r[1] == (int)r[0] % SmallGraph.Classes), Is.GreaterThan(SmallGraph.Nodes * 0.6), "the classes are easy to tell apart");
    }
}
