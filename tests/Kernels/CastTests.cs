using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class CastTests(Device device)
{
    // On both sides of every border: zero, subnormal, smallest, largest, ties between two neighbours, infinite, NaN.
    private static readonly float[] Edges =
        [0f, -0f, 1f, -2.5f, 65504f, 65519.996f, 65520f, 65536f, 1e30f, -1e30f, 6.1035156e-5f, 6.1e-5f, 5.96e-8f, 2.98e-8f, 2.9802322e-8f, 1e-40f,
            1f + 1 / 2048f, 1f + 3 / 2048f, 1f + 1 / 256f, 1f + 3 / 256f, 3.4028235e38f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];

    public static IEnumerable<float[]> Values => TestDevices.Sizes.Select(n => Any.Values(n)).Append(Edges);

    [TestCaseSource(nameof(Values))]
    public void Half_agrees_with_the_runtime(float[] values) =>
        Check<Float16>(values, v => BitConverter.HalfToUInt16Bits((Half)v), bits => (float)BitConverter.UInt16BitsToHalf(bits));

    [TestCaseSource(nameof(Values))]
    public void BFloat16_is_the_nearest_upper_half(float[] values) =>
        Check<BFloat16>(values, Nearest, bits => BitConverter.UInt32BitsToSingle((uint)bits << 16));

    [Test]
    public void Every_half_survives_the_way_there_and_back()
    {
        if (device.Name == "simulator") return;
        ushort[] all = [.. Enumerable.Range(0, 65_536).Select(i => (ushort)i)];

        Assert.That(Back<Float16>(all).Zip(all).Where(p => !Same(p.First, p.Second, 0x7C00, 0x03FF)), Is.Empty);
        Assert.That(Back<BFloat16>(all).Zip(all).Where(p => !Same(p.First, p.Second, 0x7F80, 0x007F)), Is.Empty);
    }

    private ushort[] Back<TFormat>(ushort[] bits) where TFormat : struct, IFormat<TFormat>
    {
        using var narrow = new Halves(device, new Shape(bits.Length));
        using var wide = new Tensor(device, new Shape(bits.Length));
        narrow.Write(bits);
        device.Run(new Widen<TFormat>(narrow, wide));
        device.Run(new Narrow<TFormat>(wide, narrow));
        return narrow.ToArray();
    }

    private void Check<TFormat>(float[] values, Func<float, ushort> narrowed, Func<ushort, float> widened) where TFormat : struct, IFormat<TFormat>
    {
        using var x = Tensor.From(device, new Shape(values.Length), values);
        using var bits = new Halves(device, x.Shape);
        using var y = new Tensor(device, x.Shape);

        device.Run(new Narrow<TFormat>(x, bits));
        device.Run(new Widen<TFormat>(bits, y));

        ushort[] expected = [.. values.Select(narrowed)];
        var finite = values.Select(v => !float.IsNaN(v)).ToArray();
        Assert.That(bits.ToArray().Where((_, i) => finite[i]), Is.EqualTo(expected.Where((_, i) => finite[i])));
        Assert.That(y.ToArray(), Is.EqualTo(expected.Select(widened)));
    }

    private static ushort Nearest(float v)
    {
        if (float.IsNaN(v)) return 0x7FC0;
        var low = (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16);
        if (float.IsInfinity(v)) return low;
        double below = Math.Abs((double)v - Wide(low)), above = Math.Abs(Wide((ushort)(low + 1)) - v);
        return below < above || (below == above && (low & 1) == 0) ? low : (ushort)(low + 1);

        // One past the largest number counts as 2¹²⁸ when it is asked how near it is.
        static double Wide(ushort bits) => (bits & 0x7FFF) == 0x7F80 ? Math.CopySign(Math.Pow(2, 128), (short)bits) : BitConverter.UInt32BitsToSingle((uint)bits << 16);
    }

    private static bool Same(ushort a, ushort b, int exponent, int fraction) =>
        a == b || ((b & exponent) == exponent && (b & fraction) != 0 && (a & exponent) == exponent && (a & fraction) != 0);
}
