using TorchSharp;

namespace GraphTune.Benchmarks.Peers;

/// <summary>What both sides start from, made before either side's memory is measured.</summary>
internal static class Inputs
{
    private static readonly Dictionary<string, SyntheticGraph> Graphs = [];
    private static (GraphRecipe Recipe, int Width, float[] Values)? dense;

    /// <summary>The graph of a recipe, made once.</summary>
    public static SyntheticGraph Graph(GraphRecipe recipe) =>
        Graphs.TryGetValue(recipe.Name, out var known) ? known : Graphs[recipe.Name] = SyntheticGraph.Generate(recipe);

    /// <summary>x[n, width], uniform in [−1, 1).</summary>
    public static float[] Dense(GraphRecipe recipe, int width)
    {
        if (dense is { } known && known.Recipe == recipe && known.Width == width) return known.Values;
        var values = recipe.Dense(width);
        dense = (recipe, width, values);
        return values;
    }

    /// <summary>Uniform numbers in [−1, 1).</summary>
    public static float[] Uniform(int count, ulong seed)
    {
        var random = new XorShift64(0x9E3779B97F4A7C15 + seed);
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = random.NextSignedSingle();
        return values;
    }

    /// <summary>A torch tensor with its own copy of the values.</summary>
    public static torch.Tensor ToTorch(this float[] values, params long[] shape) => torch.tensor(values, shape);

    /// <summary>The values of a torch tensor, row by row.</summary>
    public static float[] ToFloats(this torch.Tensor x) => x.detach().contiguous().data<float>().ToArray();
}
