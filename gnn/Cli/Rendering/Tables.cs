using Spectre.Console;

namespace GraphTune.Cli.Rendering;

/// <summary>Tables of plain text: no markup is read from what is shown.</summary>
internal static class Tables
{
    public static Table New(params string[] headings)
    {
        var table = new Table().RoundedBorder();
        foreach (var heading in headings) table.AddColumn(new TableColumn(Markup.Escape(heading)).NoWrap());
        return table;
    }

    extension(Table table)
    {
        /// <summary>Aligns some columns to the right, as numbers want.</summary>
        public Table RightAligned(params int[] columns)
        {
            foreach (var column in columns) table.Columns[column].RightAligned();
            return table;
        }

        public Table AddTextRow(params string[] cells) => table.AddRow([.. cells.Select(cell => new Text(cell))]);
    }
}
