using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GraphTune.Kernels;

/// <summary>Rows that are wanted next, asked for a share at a time while others are worked on, so that they lie in the second cache by then.</summary>
/// <remarks>A processor fetches a long stream ahead by itself, but begins anew with each row or page, and a product reads only a few rows at a time.</remarks>
internal unsafe struct NextRows
{
    private const int Line = 64;
    private readonly nint share;
    private byte* at;
    private readonly byte* end;

    /// <param name="start">Where they begin.</param>
    /// <param name="count">How many floats they have; 0 for none.</param>
    /// <param name="shares">How many shares to ask for them in.</param>
    public NextRows(float* start, nint count, int shares)
    {
        at = (byte*)start;
        end = (byte*)(start + count);
        share = (count * sizeof(float) / Math.Max(1, shares) / (4 * Line) + 1) * 4 * Line;
    }

    /// <summary>Asks for the next share.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Ask()
    {
        if (!Sse.IsSupported) return;
        var stop = end - at < share ? end : at + share;
        for (; at < stop; at += 4 * Line)   // a little past the end does no harm
        {
            Sse.Prefetch1(at);
            Sse.Prefetch1(at + Line);
            Sse.Prefetch1(at + 2 * Line);
            Sse.Prefetch1(at + 3 * Line);
        }
    }
}
