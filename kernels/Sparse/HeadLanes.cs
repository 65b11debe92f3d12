using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>Numbers of edges and heads on the CPU, edge after edge, so that vectors hold them without gaps whatever the number of heads.</summary>
/// <remarks>
/// An edge takes <see cref="Stride"/> places: its heads, and idle ones up to 1, 2, 4 or a multiple of 8. So lane l of vector v always belongs
/// to the same head: the heads repeat after <see cref="Period"/> floats. Sums and maxima of heads are kept in that form, period by period.
/// </remarks>
internal readonly struct HeadLanes(int heads)
{
    /// <summary>Edges that are held at a time.</summary>
    public const int Block = 64;

    /// <summary>Heads of an edge.</summary>
    public int Heads { get; } = heads;

    /// <summary>Places of an edge.</summary>
    public int Stride { get; } = heads <= 2 ? heads : heads <= 4 ? 4 : (heads + 7) / 8 * 8;

    /// <summary>Floats after which the heads repeat: one vector, or several for more than eight heads.</summary>
    public int Period => Math.Max(Stride, Lanes.Width);

    /// <summary>Floats for a block, and whole periods.</summary>
    public int Room => Block * Stride + Period;

    /// <summary>Copies one number a head to the places of edge <paramref name="k"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(Span<float> items, int k, ref float perHead)
    {
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetReference(items), k * Stride);
        if (Heads == 4) Vector128.LoadUnsafe(ref perHead).StoreUnsafe(ref at);
        else for (var head = 0; head < Heads; head++) Unsafe.Add(ref at, head) = Unsafe.Add(ref perHead, head);
    }

    /// <summary>One number a head, repeated over a period.</summary>
    public void Repeat(ReadOnlySpan<float> perHead, Span<float> period)
    {
        for (var at = 0; at < period.Length; at += Stride) perHead[..Heads].CopyTo(period[at..]);
    }

    /// <summary>The number of places of some edges, up to a whole period; the places after the last edge get <paramref name="rest"/>.</summary>
    public int Pad(Span<float> items, int edges, float rest)
    {
        int used = edges * Stride, padded = (used + Period - 1) / Period * Period;
        items[used..padded].Fill(rest);
        return padded;
    }

    /// <summary>From numbers that stand beside each other in a vector to one a head, in all its places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Sum(Vector256<float> x)
    {
        if (Stride <= 4) x += Vector256.Create(x.GetUpper(), x.GetLower());
        if (Stride <= 2) x += Vector256.Shuffle(x, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5));
        if (Stride == 1) x += Vector256.Shuffle(x, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6));
        return x;
    }

    /// <inheritdoc cref="Sum"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Max(Vector256<float> x)
    {
        if (Stride <= 4) x = Vector256.Max(x, Vector256.Create(x.GetUpper(), x.GetLower()));
        if (Stride <= 2) x = Vector256.Max(x, Vector256.Shuffle(x, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5)));
        if (Stride == 1) x = Vector256.Max(x, Vector256.Shuffle(x, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));
        return x;
    }
}
