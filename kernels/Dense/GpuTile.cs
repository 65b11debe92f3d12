using ILGPU;

namespace GraphTune.Kernels;

/// <summary>What brings strips of an operand into shared memory.</summary>
internal interface IGpuStrips
{
    /// <summary>A thread's quad of the strip that begins at k; zeros outside the operand.</summary>
    Quad Load(int item, int k, int width);

    /// <summary>Puts it where the threads will look for it: strip[k, i].</summary>
    void Store(ArrayView<float> strip, int step, int item, Quad v, int width);
}

/// <summary>How a group of GPU threads brings strips of one operand of a product into shared memory: strip[k, i], whichever way the operand lies.</summary>
/// <param name="from">The operand.</param>
/// <param name="stride">The distance from one of its rows to the next.</param>
/// <param name="deep">1 where k runs along its rows; 0 where i does.</param>
/// <param name="first">The i of the strip's first column.</param>
/// <param name="end">How many i there are.</param>
/// <param name="last">Where k ends.</param>
internal readonly struct GpuTile(ArrayView<float> from, int stride, int deep, int first, int end, int last) : IGpuStrips
{
    /// <summary>The tile of C that a group makes, and how many products deep a strip is.</summary>
    public const int Rows = 128, Columns = 64, Depth = 16;

    /// <summary>Threads of the group.</summary>
    public const int Threads = 256;

    /// <summary>The groups for a C of m × n, once for each part of k.</summary>
    public static KernelConfig Grid(int m, int n, int parts) => new(new Index3D((m - 1) / Rows + 1, (n - 1) / Columns + 1, parts), new Index3D(Threads, 1, 1));

    /// <summary>From one k of a strip to the next: eight banks further, so that threads side by side meet none twice.</summary>
    public const int LeftStride = Rows + 8, RightStride = Columns + 8;

    private readonly ArrayView<float> from = from;
    private readonly int stride = stride, deep = deep, first = first, end = end, last = last;

    /// <summary>A thread's quad of the strip that begins at k; zeros outside the operand.</summary>
    /// <param name="item">Which quad, below width · depth / 4.</param>
    /// <param name="k">The strip's first k.</param>
    /// <param name="width">Columns of the strip.</param>
    public Quad Load(int item, int k, int width)
    {
        var i = first + (deep != 0 ? item % width : item % (width / 4) * 4);
        k += deep != 0 ? item / width * 4 : item / (width / 4);
        if (i >= end || k >= last) return Quad.All(0f);
        int at = deep != 0 ? i * stride + k : k * stride + i, left = deep != 0 ? last - k : end - i;
        return Quad.Load(from, at, stride % 4 == 0 && left >= 4 ? 0 : left < 4 ? left : 4);
    }

    /// <summary>Puts a quad where the threads will look for it.</summary>
    public void Store(ArrayView<float> strip, int step, int item, Quad v, int width)
    {
        if (deep == 0)
        {
            Quad.Store(strip, item / (width / 4) * step + item % (width / 4) * 4, v, 0, some: 0);
            return;
        }
        Scatter(strip, step, item, v, width);
    }

    /// <summary>Puts a quad that runs along k.</summary>
    public static void Scatter(ArrayView<float> strip, int step, int item, Quad v, int width)
    {
        var at = item / width * 4 * step + item % width;
        strip[at] = v.X;
        strip[at + step] = v.Y;
        strip[at + 2 * step] = v.Z;
        strip[at + 3 * step] = v.W;
    }
}
