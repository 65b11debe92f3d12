using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Operands of one attention, and the same in double.</summary>
internal sealed class AttendCase : IDisposable
{
    private readonly string form;
    private readonly int nodes, heads, channels, features, edgeWidth;
    private readonly Pattern pattern;
    private readonly List<IDisposable> owned = [];

    /// <param name="device">Where.</param>
    /// <param name="form">gat, gatv2 or dot.</param>
    /// <param name="nodes">How many.</param>
    /// <param name="heads">How many.</param>
    /// <param name="features">Features of one head.</param>
    /// <param name="edgeWidth">Attributes of an edge, 0 for none; with gat, as many as heads.</param>
    public AttendCase(Device device, string form, int nodes, int heads, int features, int edgeWidth = 0)
    {
        (this.form, this.nodes, this.heads, this.features) = (form, nodes, heads, features);
        (pattern, channels) = (Pattern.Any(device, nodes), form == "gat" ? 1 : features);
        this.edgeWidth = edgeWidth > 0 && form == "gat" ? heads : edgeWidth;
        (In, Out) = (pattern.In(), pattern.Out());
        var wide = new Shape(nodes, heads * channels);
        X = Any.Parameter(device, new Shape(nodes, heads * features), 1);
        Source = form == "gatv2" ? X : Any.AwayFromZero(device, wide, 2);
        Target = Any.Parameter(device, wide, 3);
        if (form == "gatv2") Weight = Any.Parameter(device, new Shape(heads, channels), 4);
        if (edgeWidth > 0) Edge = Any.Parameter(device, new Shape(pattern.Edges.Length, this.edgeWidth), 5);
        if (edgeWidth > 0 && form != "gat") Map = Any.Parameter(device, new Shape(heads * channels, edgeWidth), 6);
    }

    public Csr In { get; }
    public Csr Out { get; }
    public Parameter X { get; }
    public Parameter Source { get; }
    public Parameter Target { get; }
    public Parameter? Weight { get; }
    public Parameter? Edge { get; }
    public Parameter? Map { get; }

    public IEnumerable<Parameter> Parameters => new[] { X, Source, Target, Weight, Edge, Map }.OfType<Parameter>().Distinct();

    public Var Run(Tape tape, float constant, float drop = 0f)
    {
        var x = tape.Input(X);
        var source = Source == X ? x : tape.Input(Source);
        return form == "dot"
            ? new Autograd.Ops.Attend<DotScore>(heads, x, source, Target, null, Edge, Map, In, Out, constant, drop, EdgeInValue: true).Apply()
            : new Autograd.Ops.Attend<AdditiveScore>(heads, x, source, Target, Weight, Edge, Map, In, Out, constant, drop).Apply();
    }

    /// <summary>The same from gathered rows, with buffers of edges × features.</summary>
    public Var RunUnfused(Tape tape, float constant)
    {
        int width = heads * channels, edges = pattern.Edges.Length;
        RowIndex from = Own(RowIndex.From(tape.Device, [.. pattern.Edges.Select(e => e.From)], nodes)), to = Own(RowIndex.From(tape.Device, [.. pattern.Edges.Select(e => e.To)], nodes));
        var x = tape.Input(X);
        Var s = (Source == X ? x : tape.Input(Source)).Gather(from), t = tape.Input(Target).Gather(to), value = x.Gather(from);
        var z = Edge is null ? null : Map is null ? tape.Input(Edge) : tape.Input(Edge).MatMul(Map, Transpose.Right);
        if (z is not null) s += z;
        if (z is not null && form == "dot") value += z;
        var terms = form == "dot" ? s * t : (s + t).LeakyRelu(constant);
        if (Weight is not null) terms *= tape.Input(Weight).Reshape(width);
        var score = terms.Reshape(edges * heads, channels).RowSum().Reshape(edges, heads);
        var alpha = new Autograd.Ops.EdgeSoftmax(form == "dot" ? score * constant : score, In).Apply();
        return new Aggregate(value.Reshape(edges, heads, features), to.Groups, to.Elements, alpha).Apply().Reshape(nodes, heads * features);
    }

    public double[] Oracle(double constant)
    {
        float[] x = X.ToArray(), s = Source.ToArray(), t = Target.ToArray(), w = Weight?.ToArray() ?? [], e = Edge?.ToArray() ?? [], map = Map?.ToArray() ?? [];
        int width = heads * channels;
        double AtEdge(int edge, int c) => e.Length == 0 ? 0 : map.Length == 0 ? e[edge * width + c] : Enumerable.Range(0, edgeWidth).Sum(d => (double)e[edge * edgeWidth + d] * map[c * edgeWidth + d]);
        double Term(double source, double target, int c) =>
            form == "dot" ? constant * source * target : (w.Length == 0 ? 1 : w[c]) * (source + target > 0 ? source + target : constant * (source + target));
        var y = new double[nodes * heads * features];
        for (var i = 0; i < nodes; i++)
            for (var h = 0; h < heads; h++)
            {
                int[] edges = [.. Enumerable.Range(0, pattern.Edges.Length).Where(k => pattern.Edges[k].To == i)];
                var powers = edges.Select(k => Math.Exp(Enumerable.Range(h * channels, channels)
                    .Sum(c => Term(s[pattern.Edges[k].From * width + c] + AtEdge(k, c), t[i * width + c], c)))).ToArray();
                for (var j = h * features; j < (h + 1) * features; j++)
                    y[i * heads * features + j] = edges.Select((k, at) => powers[at] / powers.Sum() * (x[pattern.Edges[k].From * heads * features + j] + (form == "dot" ? AtEdge(k, j) : 0))).Sum();
            }
        return y;
    }

    private T Own<T>(T part) where T : IDisposable
    {
        owned.Add(part);
        return part;
    }

    public void Dispose()
    {
        foreach (var part in owned) part.Dispose();
        In.Dispose();
        Out.Dispose();
        foreach (var p in Parameters) p.Dispose();
    }
}

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class AttendTests(Device device)
{
    private const string Gat = "gat", Gatv2 = "gatv2", Dot = "dot";

    [Test]
    public void Agrees_with_the_formula_in_double([Values(Gat, Gatv2, Dot)] string form, [Values(0, 1, 9, 33)] int nodes, [Values(1, 3, 4)] int heads, [Values(1, 8, 21)] int features, [Values(0, 2)] int edgeWidth)
    {
        using var c = new AttendCase(device, form, nodes, heads, features, edgeWidth);
        using var tape = Tape.Infer(device);

        Assert.That(OracleCheck.Error(c.Run(tape, 0.2f), c.Oracle(0.2f)), Is.LessThan(1e-5));
    }

    [Test]
    public void Every_gradient_agrees_with_differences([Values(Gat, Gatv2, Dot)] string form, [Values(1, 9)] int nodes, [Values(1, 2)] int heads, [Values(3, 16)] int features, [Values(0, 3)] int edgeWidth, [Values(0f, 0.5f)] float drop)
    {
        using var c = new AttendCase(device, form, nodes, heads, features, edgeWidth);

        // Slope 1 has no kink; the kink's side is checked against the unfused composition below.
        foreach (var p in c.Parameters)
        {
            Assert.That(GradCheck.Error(p, tape => c.Run(tape, 1f, drop)), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.Error(p, tape => c.Run(tape, 1f, drop)), Is.LessThan(1e-3));
        }
    }

    [Test]
    public void Fused_and_unfused_agree_forward_and_backward([Values(Gat, Gatv2, Dot)] string form, [Values(9, 33)] int nodes, [Values(1, 4)] int heads, [Values(7, 16)] int features, [Values(0, 5)] int edgeWidth)
    {
        using var c = new AttendCase(device, form, nodes, heads, features, edgeWidth);

        var (y, gradients) = Gradients(c, tape => c.Run(tape, 0.2f));
        var (expected, others) = Gradients(c, tape => c.RunUnfused(tape, 0.2f));

        Assert.That(y, Is.EqualTo(expected).Within(1e-5f));
        Assert.That(gradients, Is.EqualTo(others).Within(1e-4f));
    }

    [Test]
    public void Dropping_is_the_same_for_the_same_seed([Values(Gat, Gatv2, Dot)] string form)
    {
        using var c = new AttendCase(device, form, 33, 2, 8);
        float[] Run(ulong seed) { using var tape = Tape.Train(device, seed); return c.Run(tape, 0.2f, 0.4f).ToArray(); }

        Assert.That(Run(5), Is.EqualTo(Run(5)));
        Assert.That(Run(5), Is.Not.EqualTo(Run(6)));
    }

    [Test]
    public void A_score_of_minus_infinity_is_no_edge()
    {
        using var c = new AttendCase(device, Gat, 33, 1, 4);
        c.Source.Write([.. Enumerable.Range(0, 33).Select(i => i < 32 ? float.NegativeInfinity : 1f)]);
        using var tape = Tape.Infer(device);

        var y = c.Run(tape, 1f).ToArray();

        Assert.That(y[^4..], Is.EqualTo(c.X.ToArray()[^4..]).Within(1e-6f));   // the last node sees all; one of them counts
        Assert.That(y[..4], Is.All.EqualTo(0f));
    }

    [Test]
    public void Refuses_operands_that_do_not_fit()
    {
        using var c = new AttendCase(device, Gatv2, 9, 2, 4);
        using var tape = Tape.Infer(device);
        using var narrow = Any.Parameter(device, new Shape(9, 3));

        Assert.That(() => new Autograd.Ops.Attend<AdditiveScore>(2, tape.Input(c.X), c.Source, narrow, null, null, null, c.In, c.Out, 0.2f).Apply(),
            Throws.TypeOf<ShapeException>().With.Message.Contains("target [9, 3]"));
    }

    // The result, and the gradients of a fixed random combination of it.
    private static (float[] Y, float[] Gradients) Gradients(AttendCase c, Func<Tape, Var> f)
    {
        foreach (var p in c.Parameters) p.ClearGrad();
        using var tape = Tape.Train(c.X.Device);
        var y = f(tape);
        using var u = Any.Tensor(c.X.Device, y.Shape, seed: 9);
        tape.Backward(new Autograd.Ops.Dot(y, u).Apply());
        return (y.ToArray(), [.. c.Parameters.SelectMany(p => p.Grad.ToArray())]);
    }
}
