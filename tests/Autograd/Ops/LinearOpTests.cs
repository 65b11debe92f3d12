using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class LinearOpTests(Device device)
{
    private static readonly float[] Shares = [0f, 0.4f];

    [Test]
    public void One_pass_gives_what_product_function_and_dropout_give([ValueSource(nameof(Shares))] float p, [Values(1, 9, 33)] int n, [Values(1, 8, 31)] int m)
    {
        Same<Identity>(n, m, 0f, p);
        Same<Relu>(n, m, 0f, p);
        Same<LeakyRelu>(n, m, 0.2f, p);
        Same<Elu>(n, m, 1f, p);
        Same<Sigmoid>(n, m, 0f, p);
        Same<Tanh>(n, m, 0f, p);
        Same<Gelu>(n, m, 0f, p);
    }

    [Test]
    public void The_pass_over_blocks_of_rows_gives_the_same_gradients([ValueSource(nameof(Shares))] float p, [Values(5, 70)] int m)
    {
        if (device.Name == "simulator") Assert.Ignore("too large for the simulator");
        Same<Relu>(n: 3000, m, 0f, p);
        Same<Elu>(n: 3000, m, 1f, p);
        Same<Elu>(n: 1100, m, 1f, p, k: 300);
    }

    [Test]
    public void Its_gradients_agree_with_differences([ValueSource(nameof(Shares))] float p)
    {
        Differences<Identity>(0f, p);
        Differences<Elu>(1f, p);
        Differences<Tanh>(0f, p);
    }

    [Test]
    public void A_share_of_one_drops_everything_and_none_drops_nothing_on_a_tape_for_inference()
    {
        using var x = Any.Parameter(device, new Shape(9, 7), seed: 1);
        using var w = Any.Parameter(device, new Shape(5, 7), seed: 2);
        using var train = Tape.Train(device);
        using var infer = Tape.Infer(device);

        var y = train.Input(x).Linear(w, relu: true, dropout: 1f);
        train.Backward(y.Sum());

        Assert.That(y.ToArray(), Is.All.Zero);
        Assert.That(x.Grad.ToArray(), Is.All.Zero);
        Assert.That(infer.Input(x).Linear(w, dropout: 0.5f).ToArray(), Is.EqualTo(infer.Input(x).Linear(w).ToArray()));
        Assert.That(() => train.Input(x).Linear(w, dropout: 1.5f), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 to 1"));
    }

    [Test]
    public void The_bits_do_not_depend_on_threads_or_on_the_width_of_vectors([Values(300, 5000)] int n)
    {
        var bits = new[] { (1, 0), (2, 0), (4, 0), (3, 256) }.Select(form =>
        {
            using var cpu = new CpuDevice(form.Item1, form.Item2);
            return Step(cpu, n, m: 37, (x, w, b) => x.Linear<Elu>(w, b, 1f, 0.3f));
        }).ToArray();

        Assert.That(bits, Is.All.EqualTo(bits[0]));
    }

    private void Differences<TMap>(float a, float p) where TMap : struct, IMap<TMap>
    {
        using var x = Any.Parameter(device, new Shape(9, 7), seed: 1);
        using var w = Any.Parameter(device, new Shape(5, 7), seed: 2);
        using var b = Any.Parameter(device, new Shape(5), seed: 3);
        foreach (var parameter in new[] { x, w, b }) Assert.That(GradCheck.Error(parameter, tape => tape.Input(x).Linear<TMap>(w, b, a, p)), Is.LessThan(2e-3), typeof(TMap).Name);
    }

    // The last elements of a tensor go through the scalar function when it runs alone; gradients are sums in another order.
    private void Same<TMap>(int n, int m, float a, float p, int k = 23) where TMap : struct, IMap<TMap>
    {
        var fused = Step(device, n, m, (x, w, b) => x.Linear<TMap>(w, b, a, p), k);
        var apart = Step(device, n, m, (x, w, b) => x.Linear(w, b).Map<TMap>(a).Dropout(p), k);

        Assert.That(fused[..(n * m)], Is.EqualTo(apart[..(n * m)]).Within(2e-6f), typeof(TMap).Name);
        Assert.That(fused[(n * m)..], Is.EqualTo(apart[(n * m)..]).Within(n < 100 ? 2e-5f : 2e-3f), typeof(TMap).Name);
    }

    private static float[] Step(Device device, int n, int m, Func<Var, Tensor, Tensor, Var> layer, int k = 23)
    {
        using var x = Any.Parameter(device, new Shape(n, k), seed: 1);
        using var w = Any.Parameter(device, new Shape(m, k), seed: 2);
        using var b = Any.Parameter(device, new Shape(m), seed: 3);
        using var u = Any.Tensor(device, new Shape(n, m), seed: 4);
        using var tape = Tape.Train(device, seed: 5);
        var y = layer(tape.Input(x), w, b);
        tape.Backward(new Dot(y, u).Apply());
        return [.. y.ToArray(), .. x.Grad.ToArray(), .. w.Grad.ToArray(), .. b.Grad.ToArray()];
    }
}
