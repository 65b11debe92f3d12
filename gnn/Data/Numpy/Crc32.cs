namespace GraphTune.Gnn.Data;

/// <summary>The checksum of zip files (ISO 3309), which .NET reads but does not compare.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(start =>
    {
        var remainder = (uint)start;
        for (var bit = 0; bit < 8; bit++) remainder = (remainder & 1) == 0 ? remainder >> 1 : (remainder >> 1) ^ 0xedb88320;
        return remainder;
    })];

    public static uint Of(byte[] bytes)
    {
        var remainder = uint.MaxValue;
        foreach (var value in bytes) remainder = (remainder >> 8) ^ Table[(byte)remainder ^ value];
        return ~remainder;
    }
}
