using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class BufferPoolTests
{
    [Test]
    public void A_returned_buffer_is_used_again()
    {
        using var device = new CpuDevice(1);

        new Tensor(device, new Shape(100, 10)).Dispose();
        new Tensor(device, new Shape(10, 99)).Dispose();

        Assert.That((device.Pool.Misses, device.Pool.Hits, device.Pool.LiveBytes), Is.EqualTo((1, 1, 0)));
        Assert.That(device.Pool.PeakBytes, Is.InRange(4000, 5000));
    }

    [Test]
    public void What_lasts_takes_no_buffer_of_a_step_and_comes_back_to_its_own()
    {
        using var device = new CpuDevice(1);
        new Tensor(device, new Shape(1000)).Dispose();

        BufferPool.Lasting(() => new Tensor(device, new Shape(1000))).Dispose();
        BufferPool.Lasting(() => new Tensor(device, new Shape(1000))).Dispose();

        Assert.That((device.Pool.Misses, device.Pool.Hits), Is.EqualTo((2, 1)));
    }

    [Test]
    public void A_larger_buffer_serves_once_the_first_steps_have_shown_the_sizes()
    {
        using var device = new CpuDevice(1);
        new Tensor(device, new Shape(1000)).Dispose();
        new Tensor(device, new Shape(700)).Dispose();
        Assert.That(device.Pool.Misses, Is.EqualTo(2));

        for (var step = 0; step < 8; step++) device.Pool.EndStep();
        new Tensor(device, new Shape(600)).Dispose();

        Assert.That(device.Pool.Misses, Is.EqualTo(2));
    }

    [Test]
    public void Large_buffers_waste_a_sixteenth_at_most([Values(4_200_000, 5_000_000, 8_500_000, 10_837_952)] int floats)
    {
        using var device = new CpuDevice(1);

        new Tensor(device, new Shape(floats)).Dispose();
        new Tensor(device, new Shape(floats - 1000)).Dispose();

        Assert.That(device.Pool.PeakBytes, Is.InRange(4L * floats, 4L * floats * 17 / 16));
        Assert.That(device.Pool.Hits, Is.LessThanOrEqualTo(1));
    }

    [Test]
    public void There_is_room_within_the_limit_but_not_beyond_and_kept_buffers_count()
    {
        using var device = new CpuDevice(1) { MemoryLimit = 1_000_000 };
        Assert.That((device.Pool.HasRoomFor(700_000), device.Pool.HasRoomFor(900_000)), Is.EqualTo((true, false)));

        new Tensor(device, new Shape(100_000)).Dispose();

        Assert.That((device.Pool.HasRoomFor(400_000), device.Pool.HasRoomFor(700_000)), Is.EqualTo((true, false)));
        device.MemoryLimit = long.MaxValue;
        Assert.That(device.Pool.HasRoomFor(1L << 60), Is.False);
    }

    [Test]
    public void The_limit_names_what_was_asked_for()
    {
        using var device = new CpuDevice(1) { MemoryLimit = 1_000_000 };

        var error = Assert.Throws<DeviceException>(() => _ = new Tensor(device, new Shape(1000, 300)))!;

        Assert.That(error.Message, Does.Contain("[1000, 300]").And.Contain("1,000,000 bytes").And.Contain("MemoryLimit"));
    }

    [Test]
    public void Kept_buffers_give_way_before_the_limit_is_refused()
    {
        using var device = new CpuDevice(1) { MemoryLimit = 1_000_000 };

        new Tensor(device, new Shape(200_000)).Dispose();
        using var other = new Tensor(device, new Shape(100_000));

        Assert.That(device.Pool.HeldBytes, Is.LessThan(1_000_000));
    }

    [Test]
    public void An_ended_tensor_says_what_to_do()
    {
        using var device = new CpuDevice(1);
        var tensor = new Tensor(device, new Shape(3));

        tensor.Dispose();

        Assert.That(() => tensor.ToArray(), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("ToArray"));
    }
}
