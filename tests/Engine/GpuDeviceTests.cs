using GraphTune.Engine;
using GraphTune.Kernels;
using ILGPU;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>What every device promises about copies and numbers on their way; accelerators keep it by staging and events.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class GpuDeviceTests(Device device)
{
    [TestCase(0)]
    [TestCase(5)]
    [TestCase(1 << 20)]
    [TestCase(5_000_001)]   // more than one staging half
    public void A_written_array_may_change_at_once_and_comes_back(int count)
    {
        float[] values = Any.Values(count), kept = [.. values];
        using var x = Tensor.From(device, new Shape(count), values);
        Array.Clear(values);
        using var y = Tensor.From(device, new Shape(count), values);

        Assert.That(x.ToArray().AsSpan().SequenceEqual(kept));
        Assert.That(y.ToArray().AsSpan().SequenceEqual(values));
    }

    [Test]
    public void Many_small_writes_keep_their_order()
    {
        using var x = new Tensor(device, new Shape(3));
        for (var i = 0; i < 1000; i++) x.Write([i, i + 1, i + 2]);

        Assert.That(x.ToArray(), Is.EqualTo(new[] { 999f, 1000f, 1001f }));
    }

    [Test]
    public void A_part_of_a_tensor_is_written_and_read_in_its_place()
    {
        using var whole = Tensor.From(device, new Shape(32), [.. Enumerable.Range(0, 32)]);
        using var part = new Tensor(whole, 16, new Shape(3));

        part.Write([7f, 8f, 9f]);

        Assert.That(part.ToArray(), Is.EqualTo(new[] { 7f, 8f, 9f }));
        Assert.That(whole.ToArray()[14..20], Is.EqualTo(new[] { 14f, 15f, 7f, 8f, 9f, 19f }));
    }

    [Test]
    public void Numbers_that_are_read_later_are_those_of_their_moment()
    {
        using var x = new Tensor(device, new Shape(1));
        List<AsyncScalar> pending = [];
        for (var i = 0; i < 300; i++)
        {
            device.Run(new Fill(x, i));
            pending.Add(x.ItemLater());
        }
        pending[7].Dispose();

        Assert.That(pending[299].Value, Is.EqualTo(299f));
        Assert.That(pending[0].Value, Is.Zero);
        Assert.That(pending.Where((_, i) => i != 7).Select(p => p.Value), Is.EqualTo(Enumerable.Range(0, 300).Where(i => i != 7)));
        if (device is GpuDevice) Assert.That(() => pending[7].Value, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void A_grid_that_CUDA_would_refuse_is_refused_with_one_line()
    {
        if (device is not GpuDevice gpu) { Assert.Ignore("the host launches nothing"); return; }
        using var x = new Tensor(device, new Shape(1));

        Assert.That(() => gpu.LaunchGroups(Nothing, new KernelConfig(new Index3D(1, 65_536, 1), new Index3D(1, 1, 1)), x.View),
            Throws.TypeOf<DeviceException>().With.Message.Contains("65536").And.Message.Contains("along y and z"));
    }

    private static void Nothing(ArrayView<float> x) => x[0] = 0f;
}
