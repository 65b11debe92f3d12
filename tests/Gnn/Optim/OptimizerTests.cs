using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Optim;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class OptimizerTests(Device device)
{
    private const float Rate = 0.05f, Decay = 0.1f;

    private delegate double Rule(int step, double p, double g, double[] memory);

    private static readonly (string Name, Func<Optimizer> Make, Rule Oracle)[] Optimizers =
    [
        ("adamw", () => new AdamW(), (t, p, g, s) => AdamStep(t, p * (1 - Rate * (double)Decay), g, s)),
        ("adamw that goes up, with amsgrad", () => new AdamW(new() { Beta1 = 0.8, Beta2 = 0.9, Epsilon = 1e-3, AmsGrad = true, Maximize = true }),
            (t, p, g, s) => AdamStep(t, p * (1 - Rate * (double)Decay), -g, s, 0.8, 0.9, 1e-3, largest: true)),
        ("adam", () => new Adam(), (t, p, g, s) => AdamStep(t, p, g + Decay * p, s)),
        ("sgd", () => new Sgd(), (_, p, g, _) => p - Rate * (g + Decay * p)),
        ("sgd with momentum", () => new Sgd(new() { Momentum = 0.9, Dampening = 0.3 }), (t, p, g, s) => p - Rate * Velocity(t, g + Decay * p, s, 0.7)),
        ("nesterov that goes up", () => new Sgd(new() { Momentum = 0.9, Nesterov = true, Maximize = true }),
            (t, p, g, s) => p - Rate * (Decay * p - g + 0.9 * Velocity(t, Decay * p - g, s, 1))),
    ];

    public static IEnumerable<TestCaseData> Cases =>
        from o in Optimizers from n in TestDevices.Sizes select new TestCaseData(o.Make, o.Oracle, n).SetArgDisplayNames(o.Name, $"{n}");

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_formula_in_double(Func<Optimizer> make, Delegate oracle, int n)
    {
        using var optimizer = make();
        using var p = Any.Parameter(device, new Shape(n));
        double[] expected = [.. p.ToArray().Select(v => (double)v)];
        var memory = Enumerable.Range(0, n).Select(_ => new double[3]).ToArray();

        for (var step = 1; step <= 4; step++)
        {
            var g = Any.Values(n, (ulong)step);
            SetGrad(p, g);
            optimizer.Step([Group("all", ("p", p))]);
            for (var i = 0; i < n; i++) expected[i] = ((Rule)oracle)(step, expected[i], g[i], memory[i]);
        }

        Assert.That(OracleCheck.Error(p, expected), Is.LessThan(1e-6));
    }

    [Test]
    public void A_parameter_without_gradient_or_in_a_frozen_group_stays_and_takes_no_step()
    {
        using var optimizer = new AdamW();
        using Parameter moved = Any.Parameter(device, new Shape(3)), frozen = Any.Parameter(device, new Shape(3)), idle = Any.Parameter(device, new Shape(3));
        float[] before = frozen.ToArray(), movedBefore = moved.ToArray();
        SetGrad(moved, [1, 1, 1]);
        SetGrad(frozen, [1, 1, 1]);

        optimizer.Step([Group("a", ("moved", moved), ("idle", idle)), Group("b", ("frozen", frozen)) with { Frozen = true }]);

        Assert.That(moved.ToArray(), Is.Not.EqualTo(movedBefore));
        Assert.That(frozen.ToArray(), Is.EqualTo(before));
        Assert.That(idle.ToArray(), Is.EqualTo(before));
        Assert.That(optimizer.State().Select(t => t.Name), Is.EqualTo(new[] { "moved.step", "moved.exp_avg", "moved.exp_avg_sq" }));
    }

    [Test]
    public void State_follows_a_parameter_to_another_group_and_through_a_rest()
    {
        using Optimizer one = new AdamW(), two = new AdamW();
        using Parameter a = Any.Parameter(device, new Shape(9)), b = Any.Parameter(device, new Shape(9));
        for (var step = 0; step < 3; step++)
        {
            SetGrad(a, Any.Values(9, (ulong)step));
            SetGrad(b, Any.Values(9, (ulong)step));
            one.Step([Group("always here", ("p", a))]);
            two.Step([Group(step == 0 ? "here" : "there", ("p", b))]);
            two.Step([Group("resting", ("p", b)) with { Frozen = true }]);
        }

        Assert.That(b.ToArray(), Is.EqualTo(a.ToArray()));
    }

    [Test]
    public void State_that_is_written_out_and_taken_up_again_gives_the_same_bits([Values] bool withMomentum)
    {
        Optimizer Make() => withMomentum ? new Sgd(new() { Momentum = 0.9 }) : new AdamW(new() { AmsGrad = true });
        using Optimizer whole = Make(), first = Make(), second = Make();
        using Parameter a = Any.Parameter(device, new Shape(3, 3)), b = Any.Parameter(device, new Shape(3, 3));
        void Steps(Optimizer optimizer, Parameter p, int from, int to)
        {
            for (var step = from; step < to; step++)
            {
                SetGrad(p, Any.Values(9, (ulong)step));
                optimizer.Step([Group("all", ("w", p))]);
            }
        }

        Steps(whole, a, 0, 6);
        Steps(first, b, 0, 3);
        second.Load(first.State(), [("w", b)]);
        Steps(second, b, 3, 6);

        Assert.That(b.ToArray(), Is.EqualTo(a.ToArray()));
    }

    [Test]
    public void State_that_does_not_fit_is_named()
    {
        using Optimizer adam = new AdamW(), sgd = new Sgd(new() { Momentum = 0.9 });
        using Parameter small = Any.Parameter(device, new Shape(2)), large = Any.Parameter(device, new Shape(3));
        SetGrad(small, [1, 1]);
        SetGrad(large, [1, 1, 1]);
        adam.Step([Group("all", ("w", small))]);

        Assert.That(() => adam.Step([Group("all", ("w", large))]), Throws.TypeOf<ShapeException>().With.Message.Contains("'w'").And.Message.Contains("[2]"));
        Assert.That(() => sgd.Load(adam.State(), [("w", small)]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("w.momentum_buffer"));
        Assert.That(() => new AdamW().Load(adam.State(), [("w", large)]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("[3]"));
        Assert.That(() => adam.Step([Group("one", ("w", small)), Group("two", ("w", small))]), Throws.ArgumentException.With.Message.Contains("'one' and 'two'"));
        Assert.That(() => new Sgd(new() { Nesterov = true }), Throws.ArgumentException);
    }

    [Test]
    public void A_schedule_moves_rate_and_momentum()
    {
        using Optimizer scheduled = new Sgd(new() { Momentum = 0.5 }), plain = new Sgd(new() { Momentum = 0.85 });
        using Parameter a = Any.Parameter(device, new Shape(4)), b = Any.Parameter(device, new Shape(4));
        var cycle = new OneCycle(10) { Anneal = Anneal.Linear, Up = 0.1, Divisor = 1, LowMomentum = 0.85, HighMomentum = 0.85 };
        SetGrad(a, [1, 2, 3, 4]);
        SetGrad(b, [1, 2, 3, 4]);

        for (var i = 0; i < 2; i++)
        {
            scheduled.Step([Group("all", ("p", a))], cycle, step: 0);
            plain.Step([Group("all", ("p", b))]);
        }

        Assert.That(a.ToArray(), Is.EqualTo(b.ToArray()));
    }

    [Test]
    public void Clipping_within_the_step_is_clipping_before_it()
    {
        using Optimizer within = new Sgd(), before = new Sgd();
        using Parameter a = Any.Parameter(device, new Shape(33)), b = Any.Parameter(device, new Shape(33));
        SetGrad(a, Any.Values(33, 8));
        SetGrad(b, Any.Values(33, 8));

        within.Step([Group("all", ("p", a))], clipNorm: 0.5f);
        using var measured = ClipGradNorm.Apply([b], 0.5f);
        before.Step([Group("all", ("p", b))]);

        Assert.That(a.ToArray(), Is.EqualTo(b.ToArray()).Within(1e-7));
    }

    [Test]
    public void Decay_to_the_start_pulls_back_to_where_a_parameter_came_from([Values] bool decoupled)
    {
        using Optimizer optimizer = decoupled ? new AdamW() : new Sgd(), resumed = decoupled ? new AdamW() : new Sgd();
        using Parameter p = Any.Parameter(device, new Shape(9)), copy = Any.Parameter(device, new Shape(9));
        double[] start = [.. p.ToArray().Select(v => (double)v)], expected = [.. start];
        var memory = Enumerable.Range(0, 9).Select(_ => new double[3]).ToArray();
        void Step(Optimizer with, Parameter of, int step)
        {
            SetGrad(of, Any.Values(9, (ulong)step));
            with.Step([Group("all", ("p", of)) with { DecaysToStart = true }]);
        }

        for (var step = 1; step <= 3; step++)
        {
            Step(optimizer, p, step);
            if (step == 2)
            {
                copy.Write(p.ToArray());
                resumed.Load(optimizer.State(), [("p", copy)]);
            }
            var g = Any.Values(9, (ulong)step);
            for (var i = 0; i < 9; i++)
                expected[i] = decoupled
                    ? AdamStep(step, start[i] + (expected[i] - start[i]) * (1 - Rate * (double)Decay), g[i], memory[i])
                    : expected[i] - Rate * (g[i] + Decay * (expected[i] - start[i]));
        }
        Step(resumed, copy, 3);

        Assert.That(OracleCheck.Error(p, expected), Is.LessThan(1e-6));
        Assert.That(copy.ToArray(), Is.EqualTo(p.ToArray()));
    }

    [Test]
    public void A_group_moves_in_one_launch_and_is_clipped_in_two_more()
    {
        if (device is not GpuDevice gpu) { Assert.Ignore("launches are counted on accelerators"); return; }
        using var optimizer = new AdamW();
        var parameters = Enumerable.Range(0, 50).Select(i => ($"{i}", Any.Parameter(device, new Shape(40)))).ToArray();
        foreach (var (_, p) in parameters) SetGrad(p, Any.Values(40));
        long Launches(float clipNorm)
        {
            var before = gpu.Launches;
            optimizer.Step([Group("all", parameters)], clipNorm);
            return gpu.Launches - before;
        }

        _ = Launches(clipNorm: float.PositiveInfinity);
        Assert.That(Launches(clipNorm: float.PositiveInfinity), Is.EqualTo(1));
        Assert.That(Launches(clipNorm: 1f), Is.EqualTo(3));
        foreach (var (_, p) in parameters) p.Dispose();
    }

    [Test]
    public void No_device_memory_is_taken_after_the_first_step()
    {
        using var optimizer = new AdamW();
        using var p = Any.Parameter(device, new Shape(500));
        SetGrad(p, Any.Values(500));
        optimizer.Step([Group("all", ("p", p))], clipNorm: 1f);
        var misses = device.Pool.Misses;

        for (var i = 0; i < 3; i++) optimizer.Step([Group("all", ("p", p))], clipNorm: 1f);

        Assert.That(device.Pool.Misses, Is.EqualTo(misses));
    }

    internal static void SetGrad(Parameter p, float[] values)
    {
        p.ClearGrad();
        p.Grad.Write(values);
    }

    private static ParameterGroup Group(string name, params IEnumerable<(string, Parameter)> parameters) => new(name, parameters, Rate) { WeightDecay = Decay };

    private static double AdamStep(int t, double p, double g, double[] s, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, bool largest = false)
    {
        s[0] = beta1 * s[0] + (1 - beta1) * g;
        s[1] = beta2 * s[1] + (1 - beta2) * g * g;
        s[2] = largest ? Math.Max(s[2], s[1]) : s[1];
        return p - Rate * s[0] / (1 - Math.Pow(beta1, t)) / (Math.Sqrt(s[2]) / Math.Sqrt(1 - Math.Pow(beta2, t)) + epsilon);
    }

    private static double Velocity(int t, double g, double[] s, double add) => s[0] = t == 1 ? g : 0.9 * s[0] + add * g;
}
