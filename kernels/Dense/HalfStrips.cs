using ILGPU;

namespace GraphTune.Kernels;

/// <summary>What <see cref="GpuTile"/> does, for an operand of 16 bits a number, which is widened as it is loaded.</summary>
internal readonly struct HalfStrips<TFormat>(ArrayView<ushort> from, int stride, int deep, int first, int end, int last) : IGpuStrips where TFormat : struct, IFormat<TFormat>
{
    private readonly ArrayView<ushort> from = from;
    private readonly int stride = stride, deep = deep, first = first, end = end, last = last;

    public Quad Load(int item, int k, int width)
    {
        var i = first + (deep != 0 ? item % width : item % (width / 4) * 4);
        k += deep != 0 ? item / width * 4 : item / (width / 4);
        if (i >= end || k >= last) return Quad.All(0f);
        int at = deep != 0 ? i * stride + k : k * stride + i, left = deep != 0 ? last - k : end - i;
        if (stride % 4 == 0 && left >= 4)
        {
            var four = from.Cast<FourHalves>()[at >> 2];
            return new(TFormat.Widen(four.X), TFormat.Widen(four.Y), TFormat.Widen(four.Z), TFormat.Widen(four.W));
        }
        return new(TFormat.Widen(from[at]), left > 1 ? TFormat.Widen(from[at + 1]) : 0f, left > 2 ? TFormat.Widen(from[at + 2]) : 0f, left > 3 ? TFormat.Widen(from[at + 3]) : 0f);
    }

    public void Store(ArrayView<float> strip, int step, int item, Quad v, int width)
    {
        if (deep != 0) GpuTile.Scatter(strip, step, item, v, width);
        else Quad.Store(strip, item / (width / 4) * step + item % (width / 4) * 4, v, 0, some: 0);
    }
}

/// <summary>Four numbers of 16 bits: one load of 64.</summary>
internal readonly struct FourHalves(ushort x, ushort y, ushort z, ushort w)
{
    public readonly ushort X = x, Y = y, Z = z, W = w;
}
