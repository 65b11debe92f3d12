using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class PairScoreTests(Device device)
{
    private sealed class Case(Device device, int nodes, int heads, int channels, int edgeWidth) : IDisposable
    {
        public readonly Pattern Pattern = Pattern.Any(device, nodes);
        public readonly Csr In = Pattern.Any(device, nodes).In(), Out = Pattern.Any(device, nodes).Out();
        public readonly Parameter L = Any.Parameter(device, new Shape(nodes, heads * channels), 1), R = Any.Parameter(device, new Shape(nodes, heads * channels), 2);
        public readonly Parameter Weight = Any.Parameter(device, new Shape(heads, channels), 3);
        public readonly Parameter? Attr = edgeWidth == 0 ? null : Any.Parameter(device, new Shape(Pattern.Any(device, nodes).Edges.Length, edgeWidth), 4);
        public readonly Parameter? Map = edgeWidth == 0 ? null : Any.Parameter(device, new Shape(heads * channels, edgeWidth), 5);

        public IEnumerable<Parameter> Parameters => new[] { L, R, Weight, Attr, Map }.OfType<Parameter>();

        public Var Run(Tape tape, float slope) => new PairScore(tape.Input(L), R, Weight, Attr, Map, In, Out, slope).Apply();

        public double[] Oracle(double slope)
        {
            float[] l = L.ToArray(), r = R.ToArray(), w = Weight.ToArray(), a = Attr?.ToArray() ?? [], map = Map?.ToArray() ?? [];
            int width = heads * channels;
            return [.. from e in Enumerable.Range(0, Pattern.Edges.Length)
                       from h in Enumerable.Range(0, heads)
                       select Enumerable.Range(h * channels, channels).Sum(c =>
                       {
                           var z = (double)l[Pattern.Edges[e].From * width + c] + r[Pattern.Edges[e].To * width + c]
                               + Enumerable.Range(0, edgeWidth).Sum(d => (double)map[c * edgeWidth + d] * a[e * edgeWidth + d]);
                           return w[c] * (z > 0 ? z : slope * z);
                       })];
        }

        public void Dispose()
        {
            In.Dispose();
            Out.Dispose();
            foreach (var p in Parameters) p.Dispose();
        }
    }

    [Test]
    public void Agrees_with_the_formula_in_double([Values(0, 1, 9, 33)] int nodes, [Values(1, 3)] int heads, [Values(1, 8, 21)] int channels, [Values(0, 2)] int edgeWidth)
    {
        using var c = new Case(device, nodes, heads, channels, edgeWidth);
        using var tape = Tape.Infer(device);

        Assert.That(OracleCheck.Error(c.Run(tape, 0.2f), c.Oracle(0.2f)), Is.LessThan(1e-5));
    }

    [Test]
    public void Every_gradient_agrees_with_differences([Values(1, 9)] int nodes, [Values(1, 2)] int heads, [Values(3, 9)] int channels, [Values(0, 3)] int edgeWidth)
    {
        using var c = new Case(device, nodes, heads, channels, edgeWidth);

        // Slope 1 has no kink, so every direction is smooth; slope 0.2 is checked below where a single element moves.
        foreach (var p in c.Parameters)
        {
            Assert.That(GradCheck.Error(p, tape => c.Run(tape, 1f)), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.Error(p, tape => c.Run(tape, 1f)), Is.LessThan(1e-3));
        }
    }

    [Test]
    public void The_slope_below_zero_reaches_every_gradient()
    {
        using var c = new Case(device, 9, 2, 5, 2);

        foreach (var p in c.Parameters) Assert.That(GradCheck.Error(p, tape => c.Run(tape, 0.2f), step: 1e-4f), Is.LessThan(2e-2));
    }
}
