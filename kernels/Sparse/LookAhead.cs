using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace GraphTune.Kernels;

/// <summary>Asks for what an entry points at before its turn: entries point anywhere, so no processor guesses it.</summary>
/// <remarks>
/// It is brought into the second cache, not the first: of the latter's misses only some twenty can be open at once, which on one thread held a sum over
/// a large table to half of what memory gives.
/// </remarks>
internal static class LookAhead
{
    /// <summary>How many entries before: far enough for memory to answer, near enough for the cache to keep. A list of entries may be read that far past its end, since what follows any tensor's memory is longer.</summary>
    public const int Entries = 32;

    /// <summary>Asks for one cache line of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(ReadOnlySpan<float> x, nint at) => Line(ref Unsafe.Add(ref MemoryMarshal.GetReference(x), at));

    /// <summary>Asks for the cache line of one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Line(ref float x)
    {
        if (Sse.IsSupported) Sse.Prefetch1(Unsafe.AsPointer(ref x));
    }

    /// <summary>Asks for the cache line of one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Line(float* x)
    {
        if (Sse.IsSupported) Sse.Prefetch1(x);
    }

    /// <summary>Asks for a row of x that is as long as <paramref name="width"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Row(ReadOnlySpan<float> x, int row, int width)
    {
        if (!Sse.IsSupported) return;
        var start = (byte*)Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetReference(x), (nint)row * width));
        for (var at = 0; at < width * sizeof(float); at += 64) Sse.Prefetch1(start + at);
    }
}
