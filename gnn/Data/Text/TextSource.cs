using System.IO.Compression;
using System.Text;

namespace GraphTune.Gnn.Data;

/// <summary>A text file read line by line, plain or gzip-compressed, whichever its first bytes say.</summary>
internal sealed class TextSource : IDisposable
{
    private readonly StreamReader reader;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public TextSource(string path)
    {
        Path = path;
        Stream file = File.OpenRead(path);
        var zipped = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        reader = new(zipped ? new GZipStream(file, CompressionMode.Decompress) : file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
    }

    /// <summary>The file's name, for messages.</summary>
    public string Path { get; }

    /// <summary>The number of the line read last, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The next line, or null after the last.</summary>
    /// <exception cref="InvalidDataException">The compressed bytes are truncated or damaged.</exception>
    public string? Next()
    {
        try
        {
            var line = reader.ReadLine();
            if (line is not null) Line++;
            return line;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"{Path}: the gzip file is truncated or damaged after line {Line}: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>An error at the line read last.</summary>
    /// <param name="what">What was found, and what was expected.</param>
    public InvalidDataException Bad(string what) => new($"{Path}: line {Line}: {what}.");

    /// <summary>A file of this name, or of this name and <c>.gz</c>; null where there is neither.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="name">Such as <c>edge.csv</c>.</param>
    public static string? Find(string folder, string name)
    {
        var plain = System.IO.Path.Combine(folder, name);
        return File.Exists(plain) ? plain : File.Exists($"{plain}.gz") ? $"{plain}.gz" : null;
    }

    /// <summary>As <see cref="Find"/>, for a file that must be there.</summary>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    public static string Need(string folder, string name) =>
        Find(folder, name) ?? throw new FileNotFoundException($"There is no file '{name}', nor '{name}.gz', in '{folder}'.");

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();
}
