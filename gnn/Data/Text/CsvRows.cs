namespace GraphTune.Gnn.Data;

/// <summary>The rows of a comma-separated file with a header (RFC 4180): fields may be quoted, and then hold commas, line breaks and doubled quotes.</summary>
internal sealed class CsvRows : IDisposable
{
    private readonly TextSource source;
    private readonly List<string> fields = [];

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file, plain or gzip-compressed.</param>
    /// <exception cref="InvalidDataException">There is no header, or two columns share a name.</exception>
    public CsvRows(string path)
    {
        source = new(path);
        if (!Read()) throw new InvalidDataException($"{path}: the file is empty; a header is wanted.");
        Header = [.. fields.Select(name => name.Trim())];
        var twice = Header.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw source.Bad($"the header names column '{twice.Key}' twice");
    }

    /// <summary>The names of the columns.</summary>
    public string[] Header { get; }

    /// <summary>Where the row begins, as a line of the file.</summary>
    public int Line { get; private set; }

    /// <summary>A field of the row.</summary>
    public string this[int column] => fields[column];

    /// <summary>Goes to the next row that is not blank; false after the last.</summary>
    /// <exception cref="InvalidDataException">The row has more or fewer fields than the header, or a quote is not closed.</exception>
    public bool Next()
    {
        do
        {
            if (!Read()) return false;
        }
        while (fields is [var only] && only.Length == 0);
        return fields.Count == Header.Length ? true : throw Bad($"{fields.Count} fields, but the header has {Header.Length} columns");
    }

    /// <summary>The place of a column.</summary>
    /// <exception cref="InvalidDataException">There is none of this name.</exception>
    public int Column(string name)
    {
        var column = Array.IndexOf(Header, name);
        return column >= 0 ? column : throw new InvalidDataException($"{source.Path}: no column '{name}'; found {string.Join(", ", Header.Take(20))}{(Header.Length > 20 ? ", …" : "")}.");
    }

    /// <summary>An error in the row.</summary>
    public InvalidDataException Bad(string what) => new($"{source.Path}: line {Line}: {what}.");

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    private bool Read()
    {
        fields.Clear();
        if (source.Next() is not { } line) return false;
        Line = source.Line;
        for (var at = 0; at <= line.Length; at++)
        {
            if (at < line.Length && line[at] == '"')
            {
                fields.Add(Quoted(ref line, ref at));
                continue;
            }
            var end = line.IndexOf(',', at);
            if (end < 0) end = line.Length;
            fields.Add(line[at..end]);
            at = end;
        }
        return true;
    }

    // From an opening quote to just after the closing one, where a comma or the line's end must be.
    private string Quoted(ref string line, ref int at)
    {
        var field = new System.Text.StringBuilder();
        for (at++; ; at++)
        {
            if (at == line.Length)
            {
                field.Append('\n');
                line = source.Next() ?? throw Bad("a quote is opened and never closed");
                at = -1;
            }
            else if (line[at] != '"') field.Append(line[at]);
            else if (at + 1 < line.Length && line[at + 1] == '"') field.Append(line[at++]);
            else break;
        }
        at++;
        return at == line.Length || line[at] == ',' ? field.ToString() : throw Bad($"'{line[at]}' follows a closing quote");
    }
}
