namespace GraphTune.Gnn.Data;

/// <summary>Numbers of the nodes or edges of an OGB folder, as its file has them.</summary>
/// <param name="Path">The file, for messages.</param>
/// <param name="Rows">Nodes or edges.</param>
/// <param name="Columns">Numbers of each.</param>
/// <param name="Values">Row-major.</param>
internal sealed record OgbTable(string Path, int Rows, int Columns, float[] Values)
{
    private const int MostCodes = 1 << 20;

    /// <summary>Whether all are whole numbers from 0, small enough to count kinds.</summary>
    public bool IsCodes { get; } = Array.TrueForAll(Values, value => value >= 0 && value < MostCodes && value == MathF.Floor(value));

    public CodeTable? AsCodes() => IsCodes ? new(Rows, Columns, Array.ConvertAll(Values, value => (int)value)) : null;

    public FeatureMatrix AsFeatures() => new(Rows, Columns, Values);

    public static OgbTable? Read(string? path, int rows, string what)
    {
        if (path is null) return null;
        var (values, columns) = NumberLines.Table(path, "the feature");
        var found = columns == 0 ? 0 : values.Length / columns;
        return found == rows ? new(path, rows, columns, values) : throw new InvalidDataException($"{path}: {found} rows for {rows} {what}.");
    }

    /// <summary>Each row twice, one after the other.</summary>
    public OgbTable Twice()
    {
        var twice = new float[2 * Values.Length];
        for (var row = 0; row < 2 * Rows; row++) Array.Copy(Values, row / 2 * Columns, twice, row * Columns, Columns);
        return new(Path, 2 * Rows, Columns, twice);
    }
}
