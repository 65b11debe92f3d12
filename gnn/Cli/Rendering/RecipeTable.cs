using GraphTune.Gnn.FineTune;
using Spectre.Console;

namespace GraphTune.Cli.Rendering;

/// <summary>A recipe's decisions as a table on the screen.</summary>
internal static class RecipeTable
{
    public static void Write(IAnsiConsole screen, Recipe recipe)
    {
        var table = Tables.New("the recipe's", "value", "since", "evidence", "source");
        table.Columns[2].NoWrap = false;
        table.Columns[4].NoWrap = false;
        foreach (var d in recipe.Decisions) table.AddTextRow(d.What, d.Value, d.Reason, d.Reason == "given" ? "" : $"{d.Evidence}".ToLowerInvariant(), d.Source);
        screen.Write(table);
    }
}
