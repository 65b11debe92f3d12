using System.Globalization;
using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Sampling;

namespace GraphTune.Benchmarks;

/// <summary>How many nodes a second a sampler can draw the neighbourhood of, on the graph of arxiv's sizes.</summary>
internal static class Sampling
{
    private const int BatchSize = 1024, Seconds = 4;

    /// <summary>Prints a line for each fan-out and number of threads: whole batches with features, as a loader gives them.</summary>
    public static void Print(TextWriter to)
    {
        var recipe = GraphRecipe.Arxiv;
        var graph = SyntheticGraph.Generate(recipe);
        var pattern = new HostCsr(graph.RowStart, graph.Column, recipe.Nodes);
        var data = new NodeDataset
        {
            Name = recipe.Name,
            Edges = new EdgeList(recipe.Nodes, [], []),
            Features = new FeatureMatrix(recipe.Nodes, recipe.Features, recipe.NodeFeatures()),
            Labels = recipe.Labels(),
            Classes = GraphRecipe.Classes,
            Splits = [],
            Provenance = "Made here.",
        };
        foreach (var fanOut in new int[][] { [10, 10], [15, 10, 5] })
            foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
            {
                using var cpu = new CpuDevice(threads);
                using var loader = new NeighbourLoader(cpu, data, [.. Enumerable.Range(0, recipe.TrainingNodes)], new() { FanOut = fanOut }, new() { BatchSize = BatchSize }, pattern, Edges);
                loader.Next();
                var edges = 0L;
                var batches = Rate(() => edges += loader.Next().Blocks.Sum(b => (long)b.Graph.Edges), out var count);
                to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"fan-out {string.Join(", ", fanOut)}, {threads} threads and one that makes: {batches:0} seeds/s as whole batches with {recipe.Features} features, {edges / count} edges a batch of {BatchSize}"));
            }
    }

    // What a convolution over neighbours asks for.
    private static void Edges(IReadOnlyList<Block> blocks)
    {
        foreach (var block in blocks) _ = block.Graph;
    }

    private static double Rate(Action batch, out int count)
    {
        var start = Machine.Now;
        for (count = 0; Machine.Now - start < Seconds; count++) batch();
        return count * (double)BatchSize / (Machine.Now - start);
    }
}
