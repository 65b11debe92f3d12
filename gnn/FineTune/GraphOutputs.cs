using GraphTune.Autograd;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.FineTune;

/// <summary>What is said of graphs, batch by batch, in inference.</summary>
internal static class GraphOutputs
{
    /// <summary>Fills the rows of some graphs.</summary>
    /// <param name="outputs">y[graphs of the data set, width].</param>
    /// <param name="width">Numbers of a graph.</param>
    /// <param name="task">The graphs.</param>
    /// <param name="graphs">Which of them.</param>
    /// <param name="forward">Gives y[graphs of the batch, width].</param>
    /// <param name="prepare">What a batch makes ahead for the model; null for nothing.</param>
    public static void Fill(float[] outputs, int width, GraphTask task, ReadOnlySpan<int> graphs, Func<Tape, GraphBatch, Var> forward, Action<GraphBatch>? prepare = null)
    {
        if (graphs.IsEmpty) return;
        using var loader = new GraphLoader(task.Device, task.Sorted, graphs, new LoaderOptions { BatchSize = task.ScoringBatchSize, Shuffle = false }, prepare);
        for (var i = 0; i < loader.Batches; i++)
        {
            var batch = loader.Next();
            using var tape = Tape.Infer(task.Device);
            var y = forward(tape, batch).ToArray();
            for (var g = 0; g < batch.Graphs; g++) y.AsSpan(g * width, width).CopyTo(outputs.AsSpan(batch.Ids[g] * width));
        }
    }
}
