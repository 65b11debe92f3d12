using GraphTune.Autograd;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class ParameterArenaTests(Device device)
{
    [Test]
    public void Parameters_keep_values_and_gradients_and_views_follow()
    {
        using Parameter a = Any.Parameter(device, new Shape(3, 5), 1), b = Any.Parameter(device, new Shape(17), 2), c = Any.Parameter(device, new Shape(1), 3);
        using var view = new Tensor(a, new Shape(15));
        b.Grad.Write(Any.Values(17, 4));

        ParameterArena.Adopt([a, b, c]);
        ParameterArena.Adopt([c, a]);

        Assert.That(a.ToArray(), Is.EqualTo(Any.Values(15, 1)));
        Assert.That(view.ToArray(), Is.EqualTo(Any.Values(15, 1)));
        Assert.That(b.Grad.ToArray(), Is.EqualTo(Any.Values(17, 4)));
        Assert.That(c.Item(), Is.EqualTo(Any.Values(1, 3)[0]));
        Assert.That((a.HasGrad, b.HasGrad), Is.EqualTo((false, true)));
        Assert.That(new[] { a, b, c }.Select(p => p.Start), Is.EqualTo(new[] { 0, 16, 48 }));

        c.Write([7f]);
        Assert.That(a.Arena!.Values.ToArray()[48..], Is.EqualTo([7f, .. new float[15]]));
        Assert.That(a.Arena.Values.ToArray()[..15], Is.EqualTo(Any.Values(15, 1)));
    }

    [Test]
    public void Neighbours_make_one_stretch()
    {
        using Parameter a = Any.Parameter(device, new Shape(3)), b = Any.Parameter(device, new Shape(16)), c = Any.Parameter(device, new Shape(20)), d = Any.Parameter(device, new Shape(1));
        ParameterArena.Adopt([a, b, c, d]);

        Assert.That(ParameterArena.Stretches([b, a]), Is.EqualTo(new[] { (0, 32) }));
        Assert.That(ParameterArena.Stretches([d, a]), Is.EqualTo(new[] { (0, 16), (64, 80) }));
        Assert.That(ParameterArena.Stretches([]), Is.Empty);
    }

    [Test]
    public void Memory_goes_back_with_the_last_parameter()
    {
        var live = device.Pool.LiveBytes;
        Parameter a = Any.Parameter(device, new Shape(300)), b = Any.Parameter(device, new Shape(300));
        ParameterArena.Adopt([a, b]);

        a.Dispose();
        a.Dispose();
        Assert.That(b.ToArray(), Is.EqualTo(Any.Values(300)));
        b.Dispose();

        Assert.That(device.Pool.LiveBytes, Is.EqualTo(live));
    }

    [Test]
    public void A_part_that_reaches_beyond_the_end_is_refused()
    {
        using var whole = Any.Tensor(device, new Shape(10));
        Assert.That(() => new Tensor(whole, 6, new Shape(5)), Throws.TypeOf<ShapeException>().With.Message.Contains("5 elements from 6"));
        Assert.That(new Tensor(whole, 5, new Shape(5)).ToArray(), Is.EqualTo(Any.Values(10)[5..]));
    }
}
