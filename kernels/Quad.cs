using ILGPU;

namespace GraphTune.Kernels;

/// <summary>Four floats side by side, the share of one GPU thread: moved by one load or store of 128 bits where they lie whole and aligned.</summary>
internal readonly struct Quad(float x, float y, float z, float w)
{
    public readonly float X = x, Y = y, Z = z, W = w;

    /// <summary>How many threads so many elements need.</summary>
    public static int Count(int elements) => (int)((elements + 3L) / 4);

    /// <summary>How many threads so many rows need, when no thread works on two rows.</summary>
    public static int Count(int rows, int width) => rows * Count(width);

    /// <summary>The same number four times.</summary>
    public static Quad All(float v) => new(v, v, v, v);

    public static Quad operator +(Quad a, Quad b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);

    public static Quad operator -(Quad a, Quad b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z, a.W - b.W);

    public static Quad operator *(Quad a, Quad b) => new(a.X * b.X, a.Y * b.Y, a.Z * b.Z, a.W * b.W);

    public static Quad operator *(Quad a, float b) => new(a.X * b, a.Y * b, a.Z * b, a.W * b);

    /// <summary>Their sum.</summary>
    public static float Sum(Quad a) => a.X + a.Y + (a.Z + a.W);

    /// <summary>Elements from <paramref name="at"/> on, a multiple of four; 0 past the end.</summary>
    public static Quad Load(ArrayView<float> from, int at) => Load(from, at, from.IntLength - at >= 4 ? 0 : from.IntLength - at);

    /// <summary>Writes, or adds to, the elements from <paramref name="at"/> on, a multiple of four, up to the end.</summary>
    public static void Store(ArrayView<float> to, int at, Quad v, int accumulate) => Store(to, at, v, accumulate, to.IntLength - at >= 4 ? 0 : to.IntLength - at);

    /// <summary>So many elements from <paramref name="at"/> on, and zeros; 0 stands for a whole quad, which then must be aligned.</summary>
    public static Quad Load(ArrayView<float> from, int at, int some)
    {
        if (some == 0) return from.Cast<Quad>()[at >> 2];
        return new(from[at], some > 1 ? from[at + 1] : 0f, some > 2 ? from[at + 2] : 0f, some > 3 ? from[at + 3] : 0f);
    }

    /// <summary>Writes, or adds, so many elements from <paramref name="at"/> on; 0 stands for a whole quad, which then must be aligned.</summary>
    public static void Store(ArrayView<float> to, int at, Quad v, int accumulate, int some)
    {
        if (accumulate != 0) v += Load(to, at, some);
        if (some == 0)
        {
            to.Cast<Quad>()[at >> 2] = v;
            return;
        }
        to[at] = v.X;
        if (some > 1) to[at + 1] = v.Y;
        if (some > 2) to[at + 2] = v.Z;
        if (some > 3) to[at + 3] = v.W;
    }
}

/// <summary>Which quad of which row a GPU thread works on. Where rows are no multiple of four wide, their quads are not aligned and move float by float.</summary>
internal readonly struct QuadOfRow
{
    /// <summary>The row; the column of the first float; how many floats there are, 0 for a whole aligned quad.</summary>
    public readonly int Row, Column, Some;

    public QuadOfRow(int item, int width)
    {
        var quads = (width + 3) / 4;
        Row = item / quads;
        Column = (item - Row * quads) * 4;
        Some = width % 4 == 0 ? 0 : width - Column < 4 ? width - Column : 4;
    }
}
