using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;

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

    /// <summary>Which of b's numbers meets element i: for GPU twins.</summary>
    public static int At(int i, int width, int perRow) => perRow != 0 ? i / width : i % width;

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
