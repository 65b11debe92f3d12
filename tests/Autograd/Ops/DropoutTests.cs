using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class DropoutTests(Device device)
{
    [Test]
    public void Drops_what_the_random_numbers_say_and_scales_the_rest([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int n, [Values(0.1f, 0.5f, 1f)] float p)
    {
        using var x = Any.Tensor(device, new Shape(n));
        var key = new RandomKey(0x1234_5678_9ABC_DEF0, 7, 0);
        using var tape = Tape.Train(device, key.Seed, key.Step);

        var y = tape.Input(x).Dropout(p);

        Assert.That(y.ToArray(), Is.EqualTo(x.ToArray().Select((v, i) => Kept(key, i, p) ? v * (1f / (1f - p)) : 0f)));
    }

    [Test]
    public void Its_gradient_drops_the_same([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int n)
    {
        using var x = Any.Parameter(device, new Shape(n));
        Var Run(Tape tape) => tape.Input(x).Tanh().Dropout(0.4f);
        Var Linear(Tape tape) => tape.Input(x).Dropout(0.4f);

        Assert.That(GradCheck.Error(x, Run), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.LinearError(x, Linear), Is.LessThan(1e-6));
    }

    [Test]
    public void Two_uses_of_one_tape_draw_different_numbers_and_two_tapes_of_one_step_the_same()
    {
        using var x = Tensor.From(device, new Shape(99), [.. Enumerable.Repeat(1f, 99)]);
        using Tape one = Tape.Train(device, 5, 3), two = Tape.Train(device, 5, 3), later = Tape.Train(device, 5, 4);
        float[] Next(Tape tape) => tape.Input(x).Dropout(0.5f).ToArray();

        var first = Next(one);

        Assert.That(Next(two), Is.EqualTo(first));
        Assert.That(Next(one), Is.Not.EqualTo(first));
        Assert.That(Next(later), Is.Not.EqualTo(first));
    }

    [Test]
    public void A_dropped_NaN_is_0_and_a_kept_one_shows()
    {
        using var x = Tensor.From(device, new Shape(64), [.. Enumerable.Repeat(float.NaN, 64)]);
        var key = new RandomKey(9, 0, 0);
        using var tape = Tape.Train(device, seed: 9);

        var y = tape.Input(x).Dropout(0.5f).ToArray();

        Assert.That(y.Select(float.IsNaN), Is.EqualTo(Enumerable.Range(0, 64).Select(i => Kept(key, i, 0.5f))));
        Assert.That(y.Where(v => !float.IsNaN(v)), Is.All.Zero);
    }

    [Test]
    public void Nothing_runs_where_nothing_is_dropped()
    {
        using var x = Any.Tensor(device, new Shape(8));
        using Tape train = Tape.Train(device), infer = Tape.Infer(device);
        Var a = train.Input(x), b = infer.Input(x);

        Assert.That(a.Dropout(0f), Is.SameAs(a));
        Assert.That(b.Dropout(0.5f), Is.SameAs(b));
        Assert.That(() => a.Dropout(1.5f), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => a.Dropout(float.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void The_kept_share_is_one_minus_p()
    {
        if (device.Name == "simulator") Assert.Ignore("too slow for this size");
        const int n = 1_000_003;
        using var x = Tensor.From(device, new Shape(n), [.. Enumerable.Repeat(1f, n)]);
        using var tape = Tape.Train(device);

        var kept = tape.Input(x).Dropout(0.3f).ToArray().Count(v => v != 0f);

        Assert.That(kept / (double)n, Is.EqualTo(0.7).Within(4 * Math.Sqrt(0.21 / n)));
    }

    private static bool Kept(RandomKey key, int i, float p) =>
        Philox.Unit(key.Block((uint)(i / 32 * 8 + i % 8))[i % 32 / 8]) >= p;
}
