namespace GraphTune.Gnn.Data;

/// <summary>Whole-numbered attributes on the host, such as the kind of an atom: code[n,k], each from 0.</summary>
public sealed class CodeTable
{
    /// <summary>Wraps codes; the array is not copied.</summary>
    /// <param name="rows">Nodes or edges, n.</param>
    /// <param name="columns">Attributes, k.</param>
    /// <param name="values">Row-major code[n,k].</param>
    /// <exception cref="InvalidDataException">The array does not hold n × k numbers.</exception>
    public CodeTable(int rows, int columns, int[] values)
    {
        if ((long)rows * columns != values.Length) throw new InvalidDataException($"Codes [{rows}, {columns}] need {(long)rows * columns} numbers, found {values.Length}.");
        (Rows, Columns, Values) = (rows, columns, values);
    }

    /// <summary>Nodes or edges, n.</summary>
    public int Rows { get; }

    /// <summary>Attributes, k.</summary>
    public int Columns { get; }

    /// <summary>The row-major codes.</summary>
    public int[] Values { get; }

    /// <summary>For each column, one more than its largest code: the rows that an embedding of it needs.</summary>
    public int[] Sizes
    {
        get
        {
            var sizes = new int[Columns];
            for (var at = 0; at < Values.Length; at++) sizes[at % Columns] = Math.Max(sizes[at % Columns], Values[at] + 1);
            return sizes;
        }
    }

    /// <summary>These rows, in this order.</summary>
    /// <param name="rows">Row ids in range.</param>
    /// <returns>New codes with <c>rows.Length</c> rows.</returns>
    public CodeTable TakeRows(int[] rows)
    {
        var taken = new int[rows.Length * Columns];
        for (var i = 0; i < rows.Length; i++) Array.Copy(Values, rows[i] * Columns, taken, i * Columns, Columns);
        return new(rows.Length, Columns, taken);
    }

    /// <summary>A one for each code and zeros elsewhere, the columns side by side.</summary>
    /// <returns>x[n, Σ sizes], dense.</returns>
    /// <exception cref="InvalidDataException">The result is more than an array holds.</exception>
    public FeatureMatrix OneHot()
    {
        var sizes = Sizes;
        var width = sizes.Sum();
        if ((long)Rows * width > Array.MaxLength) throw new InvalidDataException($"One-hot codes [{Rows}, {width}] are too many for an array; embed them.");
        var x = new float[Rows * width];
        for (var row = 0; row < Rows; row++)
        {
            var first = row * width;
            for (var column = 0; column < Columns; first += sizes[column++]) x[first + Values[row * Columns + column]] = 1f;
        }
        return new(Rows, width, x);
    }
}
