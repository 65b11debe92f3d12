using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace GraphTune.Tests;

/// <summary>Writes <c>.npy</c> and <c>.npz</c> files as numpy does.</summary>
internal static class NpyBuilder
{
    public static byte[] Raw(string descr, string shape, byte[] data, bool fortran = false, byte version = 1)
    {
        var text = $"{{'descr': {descr}, 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}";
        var header = Encoding.UTF8.GetBytes(text.PadRight((text.Length + 64) / 64 * 64) + "\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes(header.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. header, .. data];
    }

    public static byte[] Npy<T>(string descr, string shape, params T[] values) where T : unmanaged =>
        Raw($"'{descr}'", shape, MemoryMarshal.AsBytes<T>(values).ToArray());

    public static byte[] Ints(params int[] values) => Npy("<i4", $"({values.Length},)", values);

    public static byte[] IntTable(int rows, int columns, params int[] values) => Npy("<i4", $"({rows}, {columns})", values);

    public static byte[] Floats(params float[] values) => Npy("<f4", $"({values.Length},)", values);

    public static byte[] FloatTable(int rows, int columns, params float[] values) => Npy("<f4", $"({rows}, {columns})", values);

    public static string Npz(string path, Dictionary<string, byte[]> arrays)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, bytes) in arrays)
        {
            using var entry = zip.CreateEntry($"{name}.npy").Open();
            entry.Write(bytes);
        }
        return path;
    }
}
