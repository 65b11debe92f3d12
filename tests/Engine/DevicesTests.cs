using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class DevicesTests
{
    // A host that starts kernels in no time, and an accelerator of a hundred times its bandwidth.
    private static readonly DeviceRate[] Rates = [new(LaunchSeconds: 5e-6, BytesPerSecond: 2e12), new(LaunchSeconds: 5e-7, BytesPerSecond: 2e10)];

    [TestCase(1e4, 1)]
    [TestCase(1e9, 0)]
    public void Small_work_stays_on_the_host_and_large_work_leaves_it(double bytes, int device) =>
        Assert.That(Devices.Fastest(Rates, new WorkSize(bytes, Launches: 25)), Is.EqualTo(device));

    [Test]
    public void A_rate_is_measured_once()
    {
        var rate = Devices.Rate("cpu", threads: 1);

        Assert.That(rate.LaunchSeconds, Is.GreaterThan(0).And.LessThan(1e-2));
        Assert.That(rate.BytesPerSecond, Is.InRange(1e8, 1e12));
        Assert.That(Devices.Rate("cpu", threads: 1), Is.EqualTo(rate));
    }

    [Test]
    public void The_best_device_for_a_piece_of_work_is_one_that_serves()
    {
        using var device = Devices.Best(new WorkSize(1e6, Launches: 25), threads: 1);

        Assert.That(device.Name, Is.Not.EqualTo("simulator"));
    }

    [Test]
    public void An_unknown_name_is_answered_with_the_known_ones() =>
        Assert.That(() => Devices.ByName("tpu"), Throws.TypeOf<DeviceException>().With.Message.Contains("'tpu'").And.Message.Contains("cpu"));
}
