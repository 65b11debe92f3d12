namespace GraphTune.Kernels;

/// <summary>Numbers and their places as whole numbers that sort alike: ascending, equal ones by place, NaN last.</summary>
internal static class SortKey
{
    /// <summary>The key of one number.</summary>
    public static ulong Of(float value, int place)
    {
        var bits = BitConverter.SingleToUInt32Bits(value == 0f ? 0f : value);   // −0 is no less than 0
        var ordered = float.IsNaN(value) ? uint.MaxValue : (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
        return (ulong)ordered << 32 | (uint)place;
    }

    /// <summary>The place a key was made with.</summary>
    public static int Place(ulong key) => (int)(uint)key;

    /// <summary>The same order without keys, for GPU twins.</summary>
    public static bool Before(float a, int placeA, float b, int placeB) =>
        a < b || (!float.IsNaN(a) && float.IsNaN(b)) || ((a == b || (float.IsNaN(a) && float.IsNaN(b))) && placeA < placeB);
}
