using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class AggregateTests(Device device)
{
    [Test]
    public void Its_gradients_agree_with_differences([Values(1, 9)] int nodes, [Values(0, 1, 2)] int heads, [Values(1, 9)] int features, [Values] bool scaled)
    {
        var pattern = Pattern.Any(device, nodes);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using var x = Any.Parameter(device, heads == 0 ? new Shape(nodes, features) : new Shape(nodes, heads, features));
        using var w = Any.Parameter(device, heads == 0 ? new Shape(pattern.Edges.Length) : new Shape(pattern.Edges.Length, heads), seed: 4);
        using var s = scaled ? Any.Tensor(device, new Shape(nodes), seed: 5) : null;
        Var Run(Tape tape) => new Aggregate(tape.Input(x), @in, @out, heads == 0 && scaled ? null : tape.Input(w), s).Apply();

        Assert.That(GradCheck.Error(x, Run), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.LinearError(x, Run), Is.LessThan(1e-5));
        Assert.That(GradCheck.Error(w, Run), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.LinearError(w, Run), Is.LessThan(1e-5));
    }

    [Test]
    public void Gradients_flow_through_loops_and_to_the_bias([Values(1, 9)] int nodes, [Values(1, 9)] int features)
    {
        var pattern = Pattern.Any(device, nodes);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using Parameter x = Any.Parameter(device, new Shape(nodes, features)), b = Any.Parameter(device, new Shape(features), seed: 4);
        using Tensor s = Any.Tensor(device, new Shape(nodes), seed: 5), t = Any.Tensor(device, new Shape(nodes), seed: 6);
        Var Run(Tape tape) => new Aggregate(tape.Input(x), @in, @out, null, s, t, tape.Input(b), Loops: true).Apply();

        Assert.That(GradCheck.Error(x, Run), Is.LessThan(1e-3));
        Assert.That(GradCheck.Error(b, Run), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.LinearError(x, tape => new Aggregate(tape.Input(x), @in, @out, null, s, t, Loops: true).Apply()), Is.LessThan(1e-5));
    }

    [Test]
    public void Sums_the_rows_at_the_other_end()
    {
        using Csr @in = new HostCsr([0, 2, 2, 3], [1, 2, 0], 3).To(device), @out = new HostCsr([0, 2, 2, 3], [1, 2, 0], 3).Transposed().To(device);
        using var x = Tensor.From(device, new Shape(3, 1), [1, 10, 100]);
        using var tape = Tape.Infer(device);

        var y = new Aggregate(tape.Input(x), @in, @out).Apply();

        Assert.That(y.ToArray(), Is.EqualTo(new[] { 110f, 0f, 1f }));
    }

    [Test]
    public void Operands_that_do_not_fit_are_refused()
    {
        using Csr @in = new HostCsr([0, 1], [0], 2).To(device), @out = new HostCsr([0, 1], [0], 2).Transposed().To(device);
        using var x = Any.Tensor(device, new Shape(3, 4));
        using var tape = Tape.Infer(device);

        Assert.That(() => new Aggregate(tape.Input(x), @in, @out).Apply(), Throws.TypeOf<ShapeException>().With.Message.Contains("x is [3, 4]"));
        using var fits = Any.Tensor(device, new Shape(2, 4));
        Assert.That(() => new Aggregate(tape.Input(fits), @in, @out, Loops: true).Apply(), Throws.TypeOf<ShapeException>().With.Message.Contains("square"));
        Assert.That(() => new Aggregate(tape.Input(fits), @in, @out, Bias: x).Apply(), Throws.TypeOf<ShapeException>().With.Message.Contains("4 columns"));
    }
}
