using GraphTune.Engine;
using GraphTune.Kernels;
using TorchSharp;

namespace GraphTune.Benchmarks.Peers;

/// <summary>Sums over in-edges: y = A·x for a pattern of ones.</summary>
internal static class SpMMWorkloads
{
    private const double Tolerance = 1e-5;   // sums of up to 13,449 numbers, in another order

    public static IEnumerable<Workload> All =>
        [Sum(GraphRecipe.Cora, 64), Sum(GraphRecipe.Cora, 1433), Sum(GraphRecipe.Arxiv, 64), Sum(GraphRecipe.Arxiv, 128), Sum(GraphRecipe.Products, 100)];

    private static Workload Sum(GraphRecipe recipe, int width) => new($"spmm-{recipe.Name}-{width}", Tolerance,
        () => _ = (Inputs.Graph(recipe), Inputs.Dense(recipe, width)),
        threads => new OurSum(Inputs.Graph(recipe), Inputs.Dense(recipe, width), width, threads),
        [.. TorchSum.Forms.Select<string, Func<IContender>>(form => () => new TorchSum(Inputs.Graph(recipe), Inputs.Dense(recipe, width), width, form))]);
}

/// <summary>Our sum, its result from the pool each time, as on a tape.</summary>
internal sealed class OurSum : IContender
{
    private readonly CpuDevice device;
    private readonly Csr pattern;
    private readonly Tensor x;

    public OurSum(SyntheticGraph graph, float[] features, int width, int threads)
    {
        device = new CpuDevice(threads);
        pattern = new HostCsr(graph.RowStart, graph.Column, graph.Recipe.Nodes).To(device);
        x = Tensor.From(device, new Shape(graph.Recipe.Nodes, width), features);
    }

    public string Form => "SpMM";

    public void Run() => Sum().Dispose();

    public float[][] Result()
    {
        using var y = Sum();
        return [y.ToArray()];
    }

    public void Dispose()
    {
        x.Dispose();
        pattern.Dispose();
        device.Dispose();
    }

    private Tensor Sum()
    {
        var y = new Tensor(device, x.Shape);
        device.Run(new SpMM(pattern, x, y));
        return y;
    }
}

/// <summary>The sum in each form that TorchSharp has, over edges sorted by target, which suits it best.</summary>
internal sealed class TorchSum : IContender
{
    private readonly torch.Tensor x, source, target;
    private readonly torch.Tensor? matrix;

    public TorchSum(SyntheticGraph graph, float[] features, int width, string form)
    {
        Form = form;
        using var scope = torch.NewDisposeScope();
        var (from, to) = graph.Coordinates();
        (x, source, target) = (features.ToTorch(graph.Recipe.Nodes, width), torch.tensor(from), torch.tensor(to));
        if (form == "sparse mm") matrix = torch.sparse_coo_tensor(torch.stack([target, source]), torch.ones(from.Length), [graph.Recipe.Nodes, graph.Recipe.Nodes]);
        scope.Detach(matrix is null ? [x, source, target] : [x, source, target, matrix]);
    }

    public static string[] Forms => ["index_add", "scatter_add", "sparse mm"];

    public string Form { get; }

    public void Run()
    {
        using var scope = torch.NewDisposeScope();
        Sum();
    }

    public float[][] Result()
    {
        using var scope = torch.NewDisposeScope();
        return [Sum().ToFloats()];
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { x, source, target, matrix }) tensor?.Dispose();
    }

    private torch.Tensor Sum() => Form switch
    {
        "index_add" => torch.zeros_like(x).index_add_(0, target, x.index_select(0, source), 1),
        "scatter_add" => torch.zeros_like(x).scatter_add_(0, target.unsqueeze(1).expand(-1, x.shape[1]), x.index_select(0, source)),
        _ => torch.mm(matrix!, x),
    };
}
