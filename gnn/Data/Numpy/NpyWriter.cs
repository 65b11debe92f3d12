using System.Runtime.InteropServices;
using System.Text;

namespace GraphTune.Gnn.Data;

/// <summary>Writes numpy's <c>.npy</c> format, version 1.</summary>
public static class NpyWriter
{
    /// <summary>A matrix of float32 as the bytes of a file.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="values">The numbers, row-major.</param>
    /// <exception cref="InvalidDataException">There are not rows × columns numbers.</exception>
    public static byte[] Bytes(int rows, int columns, float[] values)
    {
        if ((long)rows * columns != values.Length) throw new InvalidDataException($"[{rows}, {columns}] needs {(long)rows * columns} numbers, found {values.Length}.");
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}";
        var length = (10 + text.Length + 1 + 63) / 64 * 64 - 10;   // numbers start at a multiple of 64 bytes
        byte[] start = [0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8)];
        return [.. start, .. Encoding.Latin1.GetBytes(text.PadRight(length - 1) + "\n"), .. MemoryMarshal.AsBytes(values.AsSpan())];
    }
}
