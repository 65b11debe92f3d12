using System.Globalization;

namespace GraphTune.Gnn.Data;

/// <summary>The numbers of a text file, line by line, between commas or blanks. Blank lines are passed over.</summary>
/// <param name="path">The file, plain or gzip-compressed.</param>
internal sealed class NumberLines(string path) : IDisposable
{
    private readonly TextSource source = new(path);
    private string line = "";
    private int at;
    private bool afterComma;

    /// <summary>Goes to the next line that is not blank; false after the last.</summary>
    public bool Next()
    {
        while (source.Next() is { } next)
        {
            if (next.AsSpan().Trim().IsEmpty) continue;
            (line, at, afterComma) = (next, 0, false);
            return true;
        }
        return false;
    }

    /// <summary>Whether the line has another field.</summary>
    public bool More
    {
        get
        {
            while (at < line.Length && line[at] is ' ' or '\t') at++;
            return at < line.Length || afterComma;
        }
    }

    /// <summary>The next field as a whole number from <paramref name="least"/>.</summary>
    public int Whole(string what, int least = int.MinValue)
    {
        var field = Field(what);
        if (!int.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) throw Bad($"{what} is '{field}', not a whole number");
        return value >= least ? value : throw Bad($"{what} is {value}; numbers from {least} are wanted");
    }

    /// <summary>The next field as a number; NaN where it is empty or says so.</summary>
    public float Number(string what)
    {
        var field = Field(what);
        if (field.IsEmpty) return float.NaN;
        return float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Bad($"{what} is '{field}', not a number");
    }

    /// <summary>Stops where the line has more.</summary>
    public void End(string after)
    {
        if (More) throw Bad($"'{line[at..]}' follows the {after}");
    }

    /// <summary>An error at this line.</summary>
    public InvalidDataException Bad(string what) => source.Bad(what);

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    /// <summary>A file with the same number of whole numbers on each line.</summary>
    public static int[] Wholes(string path, int columns, string what, int least = int.MinValue)
    {
        using var lines = new NumberLines(path);
        List<int> values = [];
        while (lines.Next())
        {
            for (var column = 0; column < columns; column++) values.Add(lines.Whole(what, least));
            lines.End(columns == 1 ? what : $"{columns} numbers");
        }
        return [.. values];
    }

    /// <summary>A table of numbers, as wide as its first line.</summary>
    /// <returns>Row-major numbers, NaN where a field is empty, and the number of columns.</returns>
    public static (float[] Values, int Columns) Table(string path, string what)
    {
        using var lines = new NumberLines(path);
        List<float> values = [];
        var columns = 0;
        while (lines.Next())
        {
            var first = values.Count;
            while (lines.More) values.Add(lines.Number(what));
            if (first == 0) columns = values.Count;
            if (values.Count - first != columns) throw lines.Bad($"{values.Count - first} numbers, but {columns} on the first line");
        }
        return ([.. values], columns);
    }

    private ReadOnlySpan<char> Field(string what)
    {
        if (!More) throw Bad($"the line ends where {what} is wanted");
        var start = at;
        while (at < line.Length && line[at] is not (',' or ' ' or '\t')) at++;
        var field = line.AsSpan(start, at - start);
        while (at < line.Length && line[at] is ' ' or '\t') at++;
        afterComma = at < line.Length && line[at] == ',';
        if (afterComma) at++;
        return field;
    }
}
