using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>The op, and with it the kernel TypedSpMM.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class TypedAggregateTests(Device device)
{
    private const int Kinds = 3;

    // An empty row, a row of all columns, and a duplicate entry; kinds go round.
    private static (HostCsr Edges, HostCsr Kinds) Pattern(int columns)
    {
        int[] hub = [.. Enumerable.Range(0, columns)], two = columns == 0 ? [] : [columns - 1, columns - 1];
        var edges = new HostCsr([0, 0, hub.Length, hub.Length + two.Length], [.. hub, .. two], columns);
        return (edges, edges with { Column = [.. edges.Column.Select((_, e) => e * 2 % Kinds)], Columns = Kinds });
    }

    private sealed class Operands : IDisposable
    {
        private readonly Csr edges, reversed, kinds, byKind;

        public Operands(Device device, int columns, int heads, int features, bool scaled)
        {
            (HostEdges, HostKinds) = Pattern(columns);
            (edges, reversed, kinds, byKind) = (HostEdges.To(device), HostEdges.Transposed().To(device), HostKinds.To(device), HostKinds.Transposed().To(device));
            Shape Rows(int rows) => heads == 1 ? new(rows, features) : new(rows, heads, features);
            X = Any.Parameter(device, Rows(columns), seed: 1);
            T = Any.Parameter(device, Rows(Kinds), seed: 2);
            B = Any.Parameter(device, new Shape(heads * features), seed: 3);
            W = Any.Parameter(device, heads == 1 ? new Shape(HostEdges.Entries) : new Shape(HostEdges.Entries, heads), seed: 4);
            S = scaled ? Any.Tensor(device, new Shape(3), seed: 5) : null;
        }

        public HostCsr HostEdges { get; }
        public HostCsr HostKinds { get; }
        public Parameter X { get; }
        public Parameter T { get; }
        public Parameter B { get; }
        public Parameter W { get; }
        public Tensor? S { get; }

        public Var Run(Tape tape, bool biased = true, bool weighted = true) =>
            new TypedAggregate(tape.Input(X), tape.Input(T), edges, reversed, kinds, byKind, biased ? B : null, weighted ? W : null, S).Apply();

        public void Dispose()
        {
            foreach (var part in new IDisposable?[] { edges, reversed, kinds, byKind, X, T, B, W, S }) part?.Dispose();
        }
    }

    [Test]
    public void Agrees_with_the_formula_in_double([Values(0, 1, 9)] int columns, [Values(1, 3)] int heads, [Values(1, 8, 21, 45)] int features, [Values] bool scaled)
    {
        using var o = new Operands(device, columns, heads, features, scaled);
        using var tape = Tape.Infer(device);
        float[] x = o.X.ToArray(), t = o.T.ToArray(), b = o.B.ToArray(), w = o.W.ToArray(), s = o.S?.ToArray() ?? [1, 1, 1];
        var width = heads * features;
        var expected = new double[3 * width];
        for (var row = 0; row < 3; row++)
            for (var e = o.HostEdges.RowStart[row]; e < o.HostEdges.RowStart[row + 1]; e++)
                for (var j = 0; j < width; j++)
                    expected[row * width + j] += (double)s[row] * w[e * heads + j / features] * ((double)x[o.HostEdges.Column[e] * width + j] + b[j] + t[o.HostKinds.Column[e] * width + j]);

        Assert.That(OracleCheck.Error(o.Run(tape), expected), Is.LessThan(2e-6));
    }

    [Test]
    public void Its_gradients_agree_with_differences([Values(1, 9)] int columns, [Values(1, 2)] int heads, [Values(1, 9)] int features, [Values] bool scaled)
    {
        using var o = new Operands(device, columns, heads, features, scaled);
        foreach (var p in new[] { o.X, o.T, o.B, o.W })
        {
            Assert.That(GradCheck.Error(p, tape => o.Run(tape)), Is.LessThan(1e-3));
            if (p == o.W) Assert.That(AdjointCheck.LinearError(p, tape => o.Run(tape)), Is.LessThan(1e-5));
            else Assert.That(AdjointCheck.Error(p, tape => o.Run(tape)), Is.LessThan(1e-3));
        }
        Assert.That(GradCheck.Error(o.T, tape => o.Run(tape, biased: false, weighted: false)), Is.LessThan(1e-3));
    }

    [Test]
    public void Messages_are_rounded_one_after_another_in_the_order_of_the_edges()
    {
        if (device.Name != "cpu") Assert.Ignore("others may fuse the product with the sum");
        using var o = new Operands(device, 9, 1, 40, scaled: false);
        using var tape = Tape.Infer(device);
        float[] x = o.X.ToArray(), t = o.T.ToArray(), b = o.B.ToArray(), w = o.W.ToArray();
        var expected = new float[40];
        for (var e = o.HostEdges.RowStart[1]; e < o.HostEdges.RowStart[2]; e++)
            for (var j = 0; j < 40; j++) expected[j] += w[e] * (x[o.HostEdges.Column[e] * 40 + j] + b[j] + t[o.HostKinds.Column[e] * 40 + j]);

        Assert.That(o.Run(tape).ToArray()[40..80], Is.EqualTo(expected));
    }

    [Test]
    public void Operands_that_do_not_fit_are_named()
    {
        using var o = new Operands(device, 9, 1, 4, scaled: false);
        using var wrong = Any.Parameter(device, new Shape(Kinds + 1, 4));
        using Csr edges = o.HostEdges.To(device), kinds = o.HostKinds.To(device);
        using var tape = Tape.Infer(device);

        Assert.That(() => new TypedAggregate(tape.Input(o.X), wrong, edges, edges, kinds, kinds).Apply(),
            Throws.TypeOf<ShapeException>().With.Message.Contains("t [4, 4]").And.Message.Contains("3 kinds"));
    }
}
