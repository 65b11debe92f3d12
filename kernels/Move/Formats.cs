using System.Runtime.Intrinsics;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>bfloat16: the upper half of a float. Its range, with 8 bits of precision.</summary>
public readonly struct BFloat16 : IFormat<BFloat16>
{
    private const uint Magnitude = 0x7FFF_FFFF, Infinity = 0x7F80_0000, Quiet = 0x40, Half = 0x7FFF;

    /// <inheritdoc/>
    public static float Widen(uint bits) => Interop.IntAsFloat(bits << 16);

    /// <inheritdoc/>
    public static uint Narrow(float x)
    {
        var bits = Interop.FloatAsInt(x);
        return (bits & Magnitude) > Infinity ? (bits >> 16) | Quiet : (bits + Half + ((bits >> 16) & 1)) >> 16;
    }

    /// <inheritdoc/>
    public static Vector256<float> Widen(Vector256<uint> bits) => (bits << 16).AsSingle();

    /// <inheritdoc/>
    public static Vector256<uint> Narrow(Vector256<float> x)
    {
        var bits = x.AsUInt32();
        var high = bits >> 16;
        var rounded = (bits + Vector256.Create(Half) + (high & Vector256<uint>.One)) >> 16;
        return Vector256.ConditionalSelect(Vector256.Equals(x, x).AsUInt32(), rounded, high | Vector256.Create(Quiet));
    }
}

/// <summary>IEEE 754 binary16: 11 bits of precision, up to 65,504.</summary>
/// <remarks>By integer arithmetic on the exponent, which is exact; subnormal numbers pass through one float addition, which aligns and rounds them.</remarks>
public readonly struct Float16 : IFormat<Float16>
{
    private const uint Sign = 0x8000, Magnitude = 0x7FFF_FFFF;
    private const uint Exponent = 0x0F80_0000;              // of a half, where a float has its own
    private const uint Rebias = (127 - 15) << 23;           // from the half's exponent to the float's
    private const uint SmallestNormal = 113u << 23;         // 2⁻¹⁴
    private const uint TooLarge = 143u << 23;               // 2¹⁶: rounds to infinity, as do the floats just below
    private const uint Infinity = 0x7F80_0000;
    private const uint Aligner = 126u << 23;                // 0.5: adding it leaves a subnormal half in the lowest bits

    /// <inheritdoc/>
    public static float Widen(uint bits)
    {
        uint sign = (bits & Sign) << 16, magnitude = (bits & ~Sign) << 13, exponent = magnitude & Exponent;
        magnitude += exponent == Exponent ? 2 * Rebias : exponent == 0 ? SmallestNormal : Rebias;
        if (exponent == 0) magnitude = Interop.FloatAsInt(Interop.IntAsFloat(magnitude) - Interop.IntAsFloat(SmallestNormal));
        return Interop.IntAsFloat(sign | magnitude);
    }

    /// <inheritdoc/>
    public static uint Narrow(float x)
    {
        uint bits = Interop.FloatAsInt(x), sign = (bits >> 16) & Sign;
        bits &= Magnitude;
        if (bits >= TooLarge) return sign | (bits > Infinity ? 0x7E00u : 0x7C00u);
        if (bits < SmallestNormal) return sign | (Interop.FloatAsInt(Interop.IntAsFloat(bits) + Interop.IntAsFloat(Aligner)) - Aligner);
        return sign | ((bits - Rebias + 0xFFF + ((bits >> 13) & 1)) >> 13);
    }

    /// <inheritdoc/>
    public static Vector256<float> Widen(Vector256<uint> bits)
    {
        var magnitude = (bits & Vector256.Create(~Sign & 0xFFFF)) << 13;
        var exponent = magnitude & Vector256.Create(Exponent);
        var least = Vector256.Create(SmallestNormal);
        var normal = magnitude + Vector256.Create(Rebias) + (Vector256.Equals(exponent, Vector256.Create(Exponent)) & Vector256.Create(Rebias));
        var subnormal = ((magnitude + least).AsSingle() - least.AsSingle()).AsUInt32();
        var sign = (bits & Vector256.Create(Sign)) << 16;
        return (sign | Vector256.ConditionalSelect(Vector256.Equals(exponent, default), subnormal, normal)).AsSingle();
    }

    /// <inheritdoc/>
    public static Vector256<uint> Narrow(Vector256<float> x)
    {
        var sign = (x.AsUInt32() >> 16) & Vector256.Create(Sign);
        var bits = x.AsUInt32() & Vector256.Create(Magnitude);
        var aligner = Vector256.Create(Aligner);
        var special = Vector256.ConditionalSelect(Vector256.GreaterThan(bits, Vector256.Create(Infinity)), Vector256.Create(0x7E00u), Vector256.Create(0x7C00u));
        var subnormal = (bits.AsSingle() + aligner.AsSingle()).AsUInt32() - aligner;
        var normal = (bits - Vector256.Create(Rebias) + Vector256.Create(0xFFFu) + ((bits >> 13) & Vector256<uint>.One)) >> 13;
        var finite = Vector256.ConditionalSelect(Vector256.LessThan(bits, Vector256.Create(SmallestNormal)), subnormal, normal);
        return sign | Vector256.ConditionalSelect(Vector256.LessThan(bits, Vector256.Create(TooLarge)), finite, special);
    }
}
