using System.IO.Compression;

namespace GraphTune.Gnn.Data;

/// <summary>Zip files from strangers: what they claim is checked before memory is taken.</summary>
internal static class ZipContent
{
    // Deflate cannot shrink anything further than this, so a larger claim is a lie.
    private const long MostDeflate = 1032;

    /// <summary>Opens a zip file for reading.</summary>
    /// <param name="stream">The file; closed where this throws.</param>
    /// <param name="place">Its name, for messages.</param>
    /// <param name="what">What it should be, for messages: <c>.npz file</c>.</param>
    /// <exception cref="InvalidDataException">It is no zip file, or truncated.</exception>
    public static ZipArchive Open(Stream stream, string place, string what)
    {
        try
        {
            var zip = new ZipArchive(stream, ZipArchiveMode.Read);
            _ = zip.Entries.Count;
            return zip;
        }
        catch (Exception error) when (IsDamage(error))
        {
            stream.Dispose();
            throw new InvalidDataException($"{place}: not a whole {what}: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>All bytes of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="place">File and entry, for messages.</param>
    /// <exception cref="InvalidDataException">It claims more than its compressed bytes can hold, is damaged, or is longer than an array.</exception>
    public static byte[] Read(ZipArchiveEntry entry, string place)
    {
        if (entry.Length < 0 || entry.Length > Array.MaxLength || entry.CompressedLength < 0 || entry.Length / MostDeflate > entry.CompressedLength + 1)
            throw new InvalidDataException($"{place}: {entry.Length} bytes are claimed from {entry.CompressedLength} compressed ones; that is more than can be read.");
        try
        {
            using var stream = entry.Open();
            var bytes = Inflate(stream, (int)entry.Length);
            if (stream.ReadByte() >= 0) throw new InvalidDataException($"more than the {entry.Length} bytes announced");
            return Crc32.Of(bytes) == entry.Crc32 ? bytes : throw new InvalidDataException("the checksum (CRC-32) does not match");
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw new InvalidDataException($"{place}: the zip entry is damaged: {error.Message.TrimEnd('.')}.", error);
        }
    }

    // The compressed length is a claim too: memory grows with what has arrived.
    private static byte[] Inflate(Stream stream, int length)
    {
        const int First = 1 << 20;
        var bytes = new byte[Math.Min(length, First)];
        for (var filled = 0; ;)
        {
            stream.ReadExactly(bytes.AsSpan(filled));
            filled = bytes.Length;
            if (filled == length) return bytes;
            Array.Resize(ref bytes, (int)Math.Min(length, 2L * filled));
        }
    }

    private static bool IsDamage(Exception error) => error is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException;
}
