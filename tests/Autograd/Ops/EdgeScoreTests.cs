using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class EdgeScoreTests(Device device)
{
    // Node 2 is alone, node 0 has a loop, and the edge 1 → 3 is there twice.
    private static readonly int[] Source = [1, 0, 3, 1, 0], Target = [3, 0, 0, 3, 1];

    private static readonly HostCsr Pattern = HostCsr.From(4, 4, Target, Source);

    [Test]
    public void Each_score_is_the_product_of_both_ends_where_the_edge_was_given([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int width)
    {
        using var x = Any.Tensor(device, new Shape(4, width));
        using Csr into = Pattern.To(device), outOf = Pattern.Transposed().To(device);
        using var tape = Tape.Infer(device);
        var rows = x.ToArray().Chunk(Math.Max(1, width)).ToArray();
        double Product(int i, int j) => width == 0 ? 0 : rows[i].Zip(rows[j], (a, b) => (double)a * b).Sum();

        var y = tape.Input(x).EdgeScore(into, outOf);

        Assert.That(OracleCheck.Error(y, [.. Source.Zip(Target, Product)]), Is.LessThan(1e-5));
    }

    [Test]
    public void Its_gradient_agrees_with_differences([Values(1, 9, 33)] int width)
    {
        using var x = Any.Parameter(device, new Shape(4, width));
        using Csr into = Pattern.To(device), outOf = Pattern.Transposed().To(device);
        Var F(Tape tape) => tape.Input(x).EdgeScore(into, outOf);

        Assert.That(GradCheck.Error(x, F), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(x, F), Is.LessThan(1e-3));
        Assert.That(GradCheck.Error(x, tape => F(tape) + F(tape)), Is.LessThan(1e-3));
    }

    [Test]
    public void Features_for_another_graph_are_refused()
    {
        using var x = Any.Tensor(device, new Shape(5, 3));
        using Csr into = Pattern.To(device), outOf = Pattern.Transposed().To(device);
        using var tape = Tape.Infer(device);

        Assert.That(() => tape.Input(x).EdgeScore(into, outOf), Throws.TypeOf<ShapeException>().With.Message.Contains("[5, 3]"));
    }
}
