using GraphTune.Engine;

namespace GraphTune.Tests;

/// <summary>Random rankings with ties.</summary>
internal static class Rankings
{
    /// <summary>Scores of a given number of levels, and labels that follow them loosely.</summary>
    public static (float[] Scores, int[] Labels) Drawn(int rows, int levels, ulong seed)
    {
        var rng = new Rng(seed);
        var scores = new float[rows];
        var labels = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            scores[i] = rng.Next(levels) / (float)levels;
            labels[i] = rng.NextSingle() < 0.2f + 0.6f * scores[i] ? 1 : 0;
        }
        return (scores, labels);
    }
}
