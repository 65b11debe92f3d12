using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>A matrix in host memory, by the distance from one row, and from one column, to the next.</summary>
internal readonly unsafe struct Strided(float* start, nint row, nint column)
{
    public nint Row => row;

    public nint Column => column;

    public float* At(int i, int j) => start + i * row + j * column;

    /// <summary>The matrix from this row and column on.</summary>
    public Strided From(int i, int j) => new(At(i, j), row, column);

    /// <summary>Copies a part of this matrix, whose columns adjoin, over the same part of another.</summary>
    public void CopyTo(in Strided to, int rows, int columns)
    {
        for (var i = 0; i < rows; i++)
        {
            float* source = At(i, 0), target = to.At(i, 0);
            var j = 0;
            for (; j <= columns - Lanes.Width; j += Lanes.Width) Vector256.Load(source + j).Store(target + j);
            for (; j < columns; j++) target[j] = source[j];
        }
    }
}

/// <summary>The heart of a product: a tile of C whose sums stay in registers while k runs.</summary>
internal unsafe interface IGemmTile
{
    /// <summary>Rows of a tile, for every width: two loads of B and six broadcasts of A feed twelve fused multiply-adds.</summary>
    const int Height = 6;

    /// <summary>Products that are summed before the sum goes to memory: a panel of B then fits the first cache.</summary>
    const int Depth = 256;

    /// <summary>Columns of a tile; a narrow one has half of them. Of eight columns and fewer the narrow tile of 256 bits takes care.</summary>
    static abstract int Width { get; }

    /// <summary>c = begin + a·b, then the rectifier if wanted.</summary>
    /// <param name="depth">The number of products of each sum.</param>
    /// <param name="a">a[6, depth].</param>
    /// <param name="b">b[depth, width].</param>
    /// <param name="step">From one row of b to the next.</param>
    /// <param name="begin">[6, width], what the sums start from; may be c.</param>
    /// <param name="c">[6, width].</param>
    /// <param name="relu">Whether to replace negative sums by 0.</param>
    static abstract void Run(int depth, in Strided a, float* b, nint step, in Strided begin, in Strided c, bool relu);

    /// <inheritdoc cref="Run"/>
    static abstract void RunNarrow(int depth, in Strided a, float* b, nint step, in Strided begin, in Strided c, bool relu);
}

/// <summary>6 × 2 vectors of sums, for any width of vector: 6 × 16 floats with AVX2, 6 × 32 with AVX-512.</summary>
/// <remarks>Fifteen registers are in use. Each sum is one chain of fused operations in the order of k, so every width gives the same bits.</remarks>
internal readonly unsafe struct GemmTile<TFloats, TVector> : IGemmTile where TFloats : struct, IFloats<TVector> where TVector : unmanaged
{
    /// <inheritdoc/>
    public static int Width => 2 * TFloats.Count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int depth, in Strided a, float* b, nint step, in Strided begin, in Strided c, bool relu)
    {
        TVector r0, r1, s0, s1, t0, t1, u0, u1, v0, v1, w0, w1;
        float* left = begin.At(0, 0), right = left + TFloats.Count;
        var down = begin.Row;
        (r0, r1) = (TFloats.Load(left), TFloats.Load(right));
        (s0, s1) = (TFloats.Load(left + down), TFloats.Load(right + down));
        (t0, t1) = (TFloats.Load(left + 2 * down), TFloats.Load(right + 2 * down));
        (u0, u1) = (TFloats.Load(left + 3 * down), TFloats.Load(right + 3 * down));
        (v0, v1) = (TFloats.Load(left + 4 * down), TFloats.Load(right + 4 * down));
        (w0, w1) = (TFloats.Load(left + 5 * down), TFloats.Load(right + 5 * down));
        float* upper = a.At(0, 0), lower = a.At(3, 0);
        nint row = a.Row, next = a.Column;
        for (var k = 0; k < depth; k++, b += step, upper += next, lower += next)
        {
            TVector x = TFloats.Load(b), y = TFloats.Load(b + TFloats.Count), f = TFloats.Spread(upper[0]);
            (r0, r1) = (TFloats.MultiplyAdd(f, x, r0), TFloats.MultiplyAdd(f, y, r1));
            f = TFloats.Spread(upper[row]);
            (s0, s1) = (TFloats.MultiplyAdd(f, x, s0), TFloats.MultiplyAdd(f, y, s1));
            f = TFloats.Spread(upper[2 * row]);
            (t0, t1) = (TFloats.MultiplyAdd(f, x, t0), TFloats.MultiplyAdd(f, y, t1));
            f = TFloats.Spread(lower[0]);
            (u0, u1) = (TFloats.MultiplyAdd(f, x, u0), TFloats.MultiplyAdd(f, y, u1));
            f = TFloats.Spread(lower[row]);
            (v0, v1) = (TFloats.MultiplyAdd(f, x, v0), TFloats.MultiplyAdd(f, y, v1));
            f = TFloats.Spread(lower[2 * row]);
            (w0, w1) = (TFloats.MultiplyAdd(f, x, w0), TFloats.MultiplyAdd(f, y, w1));
        }
        Store(c, 0, r0, r1, relu);
        Store(c, 1, s0, s1, relu);
        Store(c, 2, t0, t1, relu);
        Store(c, 3, u0, u1, relu);
        Store(c, 4, v0, v1, relu);
        Store(c, 5, w0, w1, relu);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunNarrow(int depth, in Strided a, float* b, nint step, in Strided begin, in Strided c, bool relu)
    {
        TVector r, s, t, u, v, w;
        (r, s, t) = (TFloats.Load(begin.At(0, 0)), TFloats.Load(begin.At(1, 0)), TFloats.Load(begin.At(2, 0)));
        (u, v, w) = (TFloats.Load(begin.At(3, 0)), TFloats.Load(begin.At(4, 0)), TFloats.Load(begin.At(5, 0)));
        float* upper = a.At(0, 0), lower = a.At(3, 0);
        nint row = a.Row, next = a.Column;
        for (var k = 0; k < depth; k++, b += step, upper += next, lower += next)
        {
            var x = TFloats.Load(b);
            r = TFloats.MultiplyAdd(TFloats.Spread(upper[0]), x, r);
            s = TFloats.MultiplyAdd(TFloats.Spread(upper[row]), x, s);
            t = TFloats.MultiplyAdd(TFloats.Spread(upper[2 * row]), x, t);
            u = TFloats.MultiplyAdd(TFloats.Spread(lower[0]), x, u);
            v = TFloats.MultiplyAdd(TFloats.Spread(lower[row]), x, v);
            w = TFloats.MultiplyAdd(TFloats.Spread(lower[2 * row]), x, w);
        }
        Store(c, 0, r, relu);
        Store(c, 1, s, relu);
        Store(c, 2, t, relu);
        Store(c, 3, u, relu);
        Store(c, 4, v, relu);
        Store(c, 5, w, relu);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(in Strided c, int row, TVector left, TVector right, bool relu)
    {
        Store(c, row, left, relu);
        TFloats.Store(relu ? TFloats.Rectify(right) : right, c.At(row, TFloats.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(in Strided c, int row, TVector sum, bool relu) => TFloats.Store(relu ? TFloats.Rectify(sum) : sum, c.At(row, 0));
}
