using GraphTune.Engine;
using GraphTune.Gnn;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class GoldenRunTests
{
    // y = x·Wᵀ + b with x = [1 2], W = [3 4], b = 5; the output's gradient is 2.
    private static readonly Dictionary<string, (long[] Shape, float[] Values)> Right = new()
    {
        ["x"] = ([1, 2], [1, 2]),
        ["param.weight"] = ([1, 2], [3, 4]),
        ["param.bias"] = ([1], [5]),
        ["out"] = ([1, 1], [16]),
        ["grad_out"] = ([1, 1], [2]),
        ["grad.x"] = ([1, 2], [6, 8]),
        ["grad.param.weight"] = ([1, 2], [2, 4]),
        ["grad.param.bias"] = ([1], [2]),
    };

    [Test]
    public void A_case_that_agrees_has_no_fault() => Assert.That(Faults(Right), Is.Empty);

    [TestCase("out")]
    [TestCase("grad.x")]
    [TestCase("grad.param.weight")]
    [TestCase("grad.param.bias")]
    public void Every_output_and_gradient_is_compared(string name)
    {
        var wrong = new Dictionary<string, (long[] Shape, float[] Values)>(Right) { [name] = (Right[name].Shape, [.. Right[name].Values.Select(v => v * 1.001f)]) };

        var faults = Faults(wrong);

        Assert.That(faults, Has.Length.EqualTo(1));
        Assert.That(faults[0], Does.StartWith($"{name}: element"));
    }

    [Test]
    public void A_parameter_that_the_module_does_not_have_is_a_fault()
    {
        var more = new Dictionary<string, (long[] Shape, float[] Values)>(Right) { ["param.scale"] = ([1], [1]) };

        Assert.That(Faults(more), Is.EqualTo(["tensor param.scale F32 [1] was neither read nor compared"]));
    }

    [Test]
    public void A_parameter_of_another_shape_is_refused()
    {
        var bent = new Dictionary<string, (long[] Shape, float[] Values)>(Right) { ["param.weight"] = ([2, 1], [3, 4]) };

        Assert.Throws<InvalidDataException>(() => Faults(bent));
    }

    private static string[] Faults(Dictionary<string, (long[] Shape, float[] Values)> tensors)
    {
        using var folder = new TempFolder();
        new SafeTensors(tensors.Select(t => HostTensor.Of(t.Key, t.Value.Shape, t.Value.Values)), new Dictionary<string, string> { ["layer"] = "Linear", ["case"] = "linear", ["options"] = "{}" }).Write(folder.At("l.safetensors"));
        var golden = GoldenCase.Read(folder.At("l.safetensors"));
        using var run = new GoldenRun(golden, TestDevices.Cpu);
        var (x, linear) = (run.Input("x"), run.Load(new Linear(TestDevices.Cpu, 2, 1, new Rng(1))));

        run.Check(tape => linear.Forward(tape.Input(x)));

        return [.. golden.Faults()];
    }
}
