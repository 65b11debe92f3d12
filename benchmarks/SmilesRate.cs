using System.Diagnostics;
using GraphTune.Gnn.Data;

namespace GraphTune.Benchmarks;

/// <summary>How fast SMILES become graphs: <c>smiles FILE</c>, one a line, before the first comma or blank. One thread.</summary>
internal static class SmilesRate
{
    private const int Passes = 8;

    public static void Print(string file, TextWriter to)
    {
        string[] smiles = [.. File.ReadLines(file).Select(line => line.Split([',', ' ', '\t'], 2)[0]).Where(text => text.Length > 0)];
        var (best, read) = (0.0, 0);
        for (var pass = 0; pass < Passes; pass++)
        {
            var start = Stopwatch.GetTimestamp();
            read = smiles.Count(IsRead);
            best = Math.Max(best, smiles.Length / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        to.WriteLine($"{best:N0} SMILES a second on one thread, the best of {Passes} passes; {read:N0} of {smiles.Length:N0} are molecules, {smiles.Average(text => text.Length):F0} characters each");
    }

    private static bool IsRead(string smiles)
    {
        try
        {
            _ = MoleculeGraph.FromSmiles(smiles);
            return true;
        }
        catch (SmilesException)
        {
            return false;
        }
    }
}
