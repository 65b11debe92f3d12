using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>How a smaller operand b meets a, taken as rows of one width: b is one row, or one number for each row.</summary>
internal readonly struct Spread(Tensor a, Tensor b, bool perRow)
{
    /// <summary>Elements of a in one row.</summary>
    public int Width { get; } = perRow ? a.Count / Math.Max(1, b.Count) : b.Count;

    /// <summary>The part of b that meets a[at..stop], which lies in one row: as many numbers, or the row's one.</summary>
    public ReadOnlySpan<float> Other(int at, int stop) => perRow ? b.Span.Slice(at / Width, 1) : b.Span.Slice(at % Width, stop - at);

    /// <summary>Eight of b's numbers that meet a row's elements from i on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(ReadOnlySpan<float> other, int i, bool perRow) => perRow ? Vector256.Create(other[0]) : Lanes.Load(other, i);

    /// <summary>The four of b's numbers that meet the elements from <paramref name="at"/> on, a multiple of four: for GPU twins.</summary>
    public static Quad Load(ArrayView<float> b, int at, int width, int perRow)
    {
        if (perRow == 0 && (width % 4 == 0 || at + 4 <= width)) return Quad.Load(b, at % width, some: 0);
        if (width % 4 == 0) return Quad.All(b[at / width]);
        return new(One(b, at, width, perRow), One(b, at + 1, width, perRow), One(b, at + 2, width, perRow), One(b, at + 3, width, perRow));
    }

    /// <summary>Four of b's numbers repeated without end; a period of 0 stands for one constant.</summary>
    public static Quad Repeat(ArrayView<float> b, int at, int period, float constant) => period == 0 ? Quad.All(constant) : Load(b, at, period, perRow: 0);

    private static float One(ArrayView<float> b, int i, int width, int perRow)
    {
        var at = perRow != 0 ? i / width : i % width;
        return at < b.IntLength ? b[at] : 0f;   // past a's last element there may be no row
    }

    /// <summary>The elements from first to end, cut where rows end.</summary>
    public PieceList Pieces(int first, int end) => new(Width, first, end);

    /// <summary>What foreach walks: no allocation.</summary>
    internal struct PieceList(int width, int first, int end)
    {
        private int stop = first;

        public (int At, int Stop) Current { get; private set; }

        public readonly PieceList GetEnumerator() => this;

        public bool MoveNext()
        {
            if (stop >= end) return false;
            var at = stop;
            stop = Math.Min(end, at - at % width + width);
            Current = (at, stop);
            return true;
        }
    }
}
