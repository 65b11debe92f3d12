using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class AttendTests(Device device)
{
    private sealed class Case(Device device, int nodes, int heads, int features, bool edgeTerm) : IDisposable
    {
        public readonly Pattern Pattern = Pattern.Any(device, nodes);
        public readonly Csr In = Pattern.Any(device, nodes).In(), Out = Pattern.Any(device, nodes).Out();
        public readonly Parameter X = Any.Parameter(device, new Shape(nodes, heads * features), 1);
        public readonly Parameter Source = Any.AwayFromZero(device, new Shape(nodes, heads), 2);
        public readonly Parameter Target = Any.Parameter(device, new Shape(nodes, heads), 3);
        public readonly Parameter? Edge = edgeTerm ? Any.Parameter(device, new Shape(Pattern.Any(device, nodes).Edges.Length, heads), 4) : null;

        public Var Run(Tape tape, float slope, float drop = 0f) =>
            new Attend(tape.Input(X), tape.Input(Source), tape.Input(Target), Edge is null ? null : tape.Input(Edge), In, Out, slope, drop).Apply();

        public double[] Oracle(double slope)
        {
            float[] x = X.ToArray(), s = Source.ToArray(), t = Target.ToArray(), c = Edge?.ToArray() ?? [];
            var y = new double[nodes * heads * features];
            for (var i = 0; i < nodes; i++)
                for (var h = 0; h < heads; h++)
                {
                    var edges = Enumerable.Range(0, Pattern.Edges.Length).Where(e => Pattern.Edges[e].To == i).ToArray();
                    var powers = edges.Select(e => (double)s[Pattern.Edges[e].From * heads + h] + t[i * heads + h] + (c.Length == 0 ? 0 : c[e * heads + h]))
                        .Select(raw => Math.Exp(raw > 0 ? raw : slope * raw)).ToArray();
                    for (var f = 0; f < features; f++)
                        y[(i * heads + h) * features + f] = edges.Select((e, k) => powers[k] / powers.Sum() * x[(Pattern.Edges[e].From * heads + h) * features + f]).Sum();
                }
            return y;
        }

        public void Dispose() { In.Dispose(); Out.Dispose(); X.Dispose(); Source.Dispose(); Target.Dispose(); Edge?.Dispose(); }
    }

    [Test]
    public void Agrees_with_the_formula_in_double([Values(0, 1, 7, 9, 33)] int nodes, [Values(1, 3)] int heads, [Values(1, 8, 21)] int features, [Values] bool edgeTerm)
    {
        using var c = new Case(device, nodes, heads, features, edgeTerm);
        using var tape = Tape.Infer(device);

        Assert.That(OracleCheck.Error(c.Run(tape, 0.2f), c.Oracle(0.2f)), Is.LessThan(1e-5));
    }

    [Test]
    public void Every_gradient_agrees_with_differences([Values(1, 9)] int nodes, [Values(1, 2)] int heads, [Values(3, 16)] int features, [Values(0f, 0.5f)] float drop)
    {
        using var c = new Case(device, nodes, heads, features, edgeTerm: true);

        // Slope 1 has no kink; the kink's side is checked against the unfused composition below.
        foreach (var p in new[] { c.X, c.Source, c.Target, c.Edge! })
        {
            Assert.That(GradCheck.Error(p, tape => c.Run(tape, 1f, drop)), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.Error(p, tape => c.Run(tape, 1f, drop)), Is.LessThan(1e-3));
        }
    }

    [Test]
    public void Fused_and_unfused_have_the_same_gradients_of_source_and_target()
    {
        using var c = new Case(device, 9, 2, 8, edgeTerm: false);

        var fused = Gradients(c, tape => c.Run(tape, 0.2f).Reshape(9 * 2, 8));
        var unfused = Gradients(c, tape =>
        {
            var raw = new AddEnds(tape.Input(c.Source), tape.Input(c.Target), c.In, c.Out).Apply().LeakyRelu(0.2f);
            return WeightedSum(c, tape, new EdgeSoftmax(raw, c.In).Apply());
        });

        Assert.That(fused, Is.EqualTo(unfused).Within(1e-4f));
    }

    [Test]
    public void Dropping_keeps_the_mean_and_is_the_same_for_the_same_seed()
    {
        using var c = new Case(device, 33, 2, 8, edgeTerm: false);
        float[] Run(ulong seed) { using var tape = Tape.Train(device, seed); return c.Run(tape, 0.2f, 0.4f).ToArray(); }

        Assert.That(Run(5), Is.EqualTo(Run(5)));
        Assert.That(Run(5), Is.Not.EqualTo(Run(6)));
    }

    // Σ over edges of alpha·x is linear in alpha: sum the heads' first features only, through EdgeSum of alpha times a constant.
    private static Var WeightedSum(Case c, Tape tape, Var alpha)
    {
        float[] x = c.X.ToArray();
        var rows = new List<Var>();
        var weights = Tensor.From(tape.Device, alpha.Shape, [.. c.Pattern.Edges.SelectMany(e => new[] { 0, 1 }.Select(h => x[e.From * 16 + h * 8]))]);
        return new EdgeSum(new Product(alpha, weights).Apply(), c.In).Apply();
    }

    private sealed record Product(Tensor A, Tensor B) : Op(A, B)
    {
        public override Shape Shape() => A.Shape;

        public override void Forward(Var y) => y.Write([.. A.ToArray().Zip(B.ToArray(), (a, b) => a * b)]);

        public override void Backward(Var y)
        {
            if (Wants(A, out var da, out _)) da.Write([.. y.Grad.ToArray().Zip(B.ToArray(), (g, b) => g * b)]);
        }
    }

    // The gradient of the sum of the first feature of each head.
    private static float[] Gradients(Case c, Func<Tape, Var> f)
    {
        foreach (var p in new[] { c.Source, c.Target }) p.ClearGrad();
        using var tape = Tape.Train(c.X.Device);
        var y = f(tape);
        using var u = Tensor.From(c.X.Device, y.Shape, [.. Enumerable.Range(0, y.Count).Select(i => y.Shape[1] == 2 || i % 8 == 0 ? 1f : 0f)]);
        tape.Backward(new Dot(y, u).Apply());
        return [.. c.Source.Grad.ToArray(), .. c.Target.Grad.ToArray()];
    }
}
