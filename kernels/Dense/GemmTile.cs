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
        for (var i = 0; i < rows; i++) new ReadOnlySpan<float>(At(i, 0), columns).CopyTo(new Span<float>(to.At(i, 0), columns));
    }
}

/// <summary>The heart of a product: 6 × 16 sums that stay in twelve registers while k runs.</summary>
/// <remarks>Two loads of B and six broadcasts of A feed twelve fused multiply-adds; fifteen of the sixteen registers are in use.</remarks>
internal static unsafe class GemmTile
{
    /// <summary>Rows of a tile.</summary>
    public const int Height = 6;

    /// <summary>Columns of a tile.</summary>
    public const int Width = 16;

    /// <summary>c = begin + a·b, then the rectifier if wanted.</summary>
    /// <param name="depth">The number of products of each sum.</param>
    /// <param name="a">a[6, depth].</param>
    /// <param name="b">b[depth, 16], without gaps.</param>
    /// <param name="begin">[6, 16], what the sums start from; may be c.</param>
    /// <param name="c">[6, 16].</param>
    /// <param name="relu">Whether to replace negative sums by 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int depth, in Strided a, float* b, in Strided begin, in Strided c, bool relu)
    {
        Vector256<float> r0, r1, s0, s1, t0, t1, u0, u1, v0, v1, w0, w1;
        float* from = begin.At(0, 0);
        var step = begin.Row;
        (r0, r1) = (Vector256.Load(from), Vector256.Load(from + 8));
        (s0, s1) = (Vector256.Load(from + step), Vector256.Load(from + step + 8));
        (t0, t1) = (Vector256.Load(from + 2 * step), Vector256.Load(from + 2 * step + 8));
        (u0, u1) = (Vector256.Load(from + 3 * step), Vector256.Load(from + 3 * step + 8));
        (v0, v1) = (Vector256.Load(from + 4 * step), Vector256.Load(from + 4 * step + 8));
        (w0, w1) = (Vector256.Load(from + 5 * step), Vector256.Load(from + 5 * step + 8));
        float* upper = a.At(0, 0), lower = a.At(3, 0);
        nint row = a.Row, next = a.Column;
        for (var k = 0; k < depth; k++, b += Width, upper += next, lower += next)
        {
            Vector256<float> x = Vector256.Load(b), y = Vector256.Load(b + 8), f = Vector256.Create(upper[0]);
            (r0, r1) = (Vector256.MultiplyAddEstimate(f, x, r0), Vector256.MultiplyAddEstimate(f, y, r1));
            f = Vector256.Create(upper[row]);
            (s0, s1) = (Vector256.MultiplyAddEstimate(f, x, s0), Vector256.MultiplyAddEstimate(f, y, s1));
            f = Vector256.Create(upper[2 * row]);
            (t0, t1) = (Vector256.MultiplyAddEstimate(f, x, t0), Vector256.MultiplyAddEstimate(f, y, t1));
            f = Vector256.Create(lower[0]);
            (u0, u1) = (Vector256.MultiplyAddEstimate(f, x, u0), Vector256.MultiplyAddEstimate(f, y, u1));
            f = Vector256.Create(lower[row]);
            (v0, v1) = (Vector256.MultiplyAddEstimate(f, x, v0), Vector256.MultiplyAddEstimate(f, y, v1));
            f = Vector256.Create(lower[2 * row]);
            (w0, w1) = (Vector256.MultiplyAddEstimate(f, x, w0), Vector256.MultiplyAddEstimate(f, y, w1));
        }
        Store(c, 0, r0, r1, relu);
        Store(c, 1, s0, s1, relu);
        Store(c, 2, t0, t1, relu);
        Store(c, 3, u0, u1, relu);
        Store(c, 4, v0, v1, relu);
        Store(c, 5, w0, w1, relu);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(in Strided c, int row, Vector256<float> left, Vector256<float> right, bool relu)
    {
        (relu ? Relu.Value(left, 0f) : left).Store(c.At(row, 0));
        (relu ? Relu.Value(right, 0f) : right).Store(c.At(row, 8));
    }
}
