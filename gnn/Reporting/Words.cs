using System.Globalization;

namespace GraphTune.Gnn.Reporting;

/// <summary>Numbers as people read them.</summary>
internal static class Words
{
    /// <summary><c>1 tensor</c>, <c>12,000 tensors</c>.</summary>
    public static string Count(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    /// <summary><c>812 bytes</c>, <c>1.4 MB</c>: powers of ten.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 10_000 => Count(bytes, "byte"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:N0} kB"),
        < 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:N1} GB"),
    };

    /// <summary><c>4.2 s</c>, <c>1 min 05 s</c>.</summary>
    public static string Duration(double seconds) =>
        seconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s") : $"{(long)seconds / 60} min {(long)seconds % 60:00} s";
}
