using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ShapeTests
{
    private static readonly ShapeRule Rule = "x[n,k] w[k,m] -> y[n,m]";

    [Test]
    public void A_rule_infers_the_result() =>
        Assert.That(Rule.Infer("MatMul", new Shape(4, 5), new Shape(5, 3)), Is.EqualTo(new Shape(4, 3)));

    [Test]
    public void A_rule_names_axis_and_operands() =>
        Assert.That(() => Rule.Infer("MatMul", new Shape(4, 6), new Shape(5, 3)),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("MatMul x[n,k] w[k,m] -> y[n,m]: k is 6 in x but 5 in w"));

    [Test]
    public void A_rule_names_a_wrong_rank() =>
        Assert.That(() => Rule.Infer("MatMul", new Shape(4), new Shape(5, 3)), Throws.TypeOf<ShapeException>().With.Message.Contains("rank 2 is needed"));

    [Test]
    public void A_shape_refuses_more_elements_than_an_index_holds() =>
        Assert.That(() => new Shape(100_000, 100_000), Throws.TypeOf<ShapeException>().With.Message.Contains("work in slices"));
}
