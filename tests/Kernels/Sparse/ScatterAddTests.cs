using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class ScatterAddTests(Device device)
{
    [Test]
    public void Adds_each_edge_to_its_target([Values(1, 8, 33)] int width)
    {
        int[] from = [3, 0, 2, 2, 1], to = [1, 1, 0, 0, 3];
        using var source = Indices.From(device, from);
        using var target = Indices.From(device, to);
        using var x = Any.Tensor(device, new Shape(4, width));
        using var y = Any.Tensor(device, new Shape(4, width), seed: 4);
        var expected = Array.ConvertAll(y.ToArray(), v => (double)v);
        for (var i = 0; i < from.Length * width; i++) expected[to[i / width] * width + i % width] += x.ToArray()[from[i / width] * width + i % width];

        device.Run(new ScatterAdd(source, target, x, y));

        Assert.That(OracleCheck.Error(y, expected), Is.LessThan(1e-6));
    }
}
