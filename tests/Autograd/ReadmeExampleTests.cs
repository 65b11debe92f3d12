using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>The C# of autograd's README, compiled and run.</summary>
public sealed class ReadmeExampleTests
{
    [Test]
    public void The_check_of_a_layer_runs_as_printed()
    {
        using var device = new CpuDevice();
        using var layer = new Linear(device, inputs: 8, outputs: 3, new Rng(seed: 1));
        using var x = Tensor.From(device, new Shape(2, 8), [.. Enumerable.Range(0, 16).Select(i => MathF.Sin(i))]);

        GradCheck.Verify(layer.Parameters, tape => layer.Forward(tape.Input(x)));
        var adjoint = AdjointCheck.LinearError(layer.Weight, tape => layer.Forward(tape.Input(x)));

        Assert.That(adjoint, Is.LessThan(1e-6));
    }

    [Test]
    public void The_operation_is_right()
    {
        using var x = Any.Parameter(TestDevices.Cpu, new Shape(9));

        Assert.That(AdjointCheck.LinearError(x, tape => new Scaled(tape.Input(x), 3f).Apply()), Is.LessThan(1e-6));
    }

    [Test]
    public void Every_printed_line_of_CSharp_stands_here()
    {
        var here = Repository.Read("tests/Autograd/ReadmeExampleTests.cs").Split('\n').Select(line => line.Trim()).ToHashSet();
        var printed = Repository.Read("autograd/README.md").Split("```csharp\n").Skip(1).SelectMany(block => block.Split("```")[0].Split('\n')).Select(line => line.Trim());

        Assert.That(printed.Where(line => !here.Contains(line)), Is.Empty);
    }
}

/// <summary>y = a·x.</summary>
public sealed record Scaled(Tensor X, float A) : Op(X)
{
    public override Shape Shape() => X.Shape;

    public override void Forward(Var y) => Run(new Axpby(A, X, 0f, y));

    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new Axpby(A, y.Grad, add ? 1f : 0f, dx));
    }
}
