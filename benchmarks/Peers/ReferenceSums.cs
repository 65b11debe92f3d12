using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GraphTune.Benchmarks.Peers;

/// <summary>Our sums against the row pass in C (AVX2, registers, prefetch): what the machine allows, not a library. Needs gcc, and the reference beside the repository.</summary>
internal static class ReferenceWorkloads
{
    /// <summary>Begins the names of these workloads.</summary>
    public const string Prefix = "c-";

    private const double Tolerance = 1e-5;

    public static IEnumerable<Workload> All =>
        [Sum(GraphRecipe.Cora, 64), Sum(GraphRecipe.Cora, 1433), Sum(GraphRecipe.Arxiv, 64), Sum(GraphRecipe.Arxiv, 128), Sum(GraphRecipe.Products, 100)];

    private static Workload Sum(GraphRecipe recipe, int width) => new($"{Prefix}spmm-{recipe.Name}-{width}", Tolerance,
        () => _ = (Inputs.Graph(recipe), Inputs.Dense(recipe, width)),
        threads => new OurSum(Inputs.Graph(recipe), Inputs.Dense(recipe, width), width, threads),
        [.. ReferenceSum.Forms.Select<string, Func<IContender>>(form => () => new ReferenceSum(Inputs.Graph(recipe), Inputs.Dense(recipe, width), width, form))]);
}

/// <summary>The row pass in C, its memory on large pages as it takes it itself.</summary>
internal sealed unsafe class ReferenceSum : IContender
{
    private const int Padding = 64;   // entries read ahead past the last
    private readonly int nodes, edges, width, ahead;
    private readonly float* x, y;
    private readonly int* start, column;

    public ReferenceSum(SyntheticGraph graph, float[] features, int width, string form)
    {
        (Form, this.width, ahead) = (form, width, form == Forms[0] ? 0 : 4);
        (nodes, edges) = (graph.Recipe.Nodes, graph.Recipe.Edges);
        start = (int*)Take(graph.RowStart.Length * sizeof(int));
        column = (int*)Take((edges + (long)Padding) * sizeof(int));
        x = (float*)Take((long)features.Length * sizeof(float));
        y = (float*)Take((long)features.Length * sizeof(float));
        graph.RowStart.CopyTo(new Span<int>(start, nodes + 1));
        graph.Column.CopyTo(new Span<int>(column, edges));
        features.CopyTo(new Span<float>(x, features.Length));
    }

    public static string[] Forms => ["c-spmm row pass", "c-spmm row pass, prefetch"];

    public string Form { get; }

    public void Run() => ReferenceLibrary.Sum(nodes, edges, start, column, x, y, width, ReferenceLibrary.Threads, ahead);

    public float[][] Result()
    {
        Run();
        return [new Span<float>(y, nodes * width).ToArray()];
    }

    public void Dispose()
    {
        ReferenceLibrary.Free(start, ((nuint)nodes + 1) * sizeof(int));
        ReferenceLibrary.Free(column, ((nuint)edges + Padding) * sizeof(int));
        ReferenceLibrary.Free(x, (nuint)nodes * (nuint)width * sizeof(float));
        ReferenceLibrary.Free(y, (nuint)nodes * (nuint)width * sizeof(float));
    }

    private static void* Take(long bytes) => ReferenceLibrary.Take((nuint)bytes);
}

/// <summary>The reference as a shared library, made by gcc when first asked for.</summary>
internal static unsafe partial class ReferenceLibrary
{
    private const string Name = "graphtune-reference";
    private static bool? made;

    private const string Door = """
        #define main reference_main
        #include "spmm.c"
        void *reference_take(size_t b) { return big(b); }
        void reference_free(void *p, size_t b) { munmap(p, b + 64); }
        void reference_sum(int n, int e, int *r, int *c, float *x, float *y, int f, int t, int pf) { N = n; E = e; rp = r; col = c; X = x; Y = y; F = f; T = t; spmm(0, 13, 1, pf); }
        """;

    /// <summary>Threads of the reference.</summary>
    public static int Threads { get; private set; }

    /// <summary>Makes the library; false without gcc or the source.</summary>
    public static bool Prepare(int threads)
    {
        Threads = threads;
        return made ??= Compile();
    }

    [LibraryImport(Name, EntryPoint = "reference_take")]
    public static partial void* Take(nuint bytes);

    [LibraryImport(Name, EntryPoint = "reference_free")]
    public static partial void Free(void* memory, nuint bytes);

    [LibraryImport(Name, EntryPoint = "reference_sum")]
    public static partial void Sum(int nodes, int edges, int* start, int* column, float* x, float* y, int width, int threads, int ahead);

    private static bool Compile()
    {
        if (Source() is not { } source) return false;
        string target = System.IO.Path.Combine(AppContext.BaseDirectory, $"lib{Name}.so"), door = System.IO.Path.Combine(AppContext.BaseDirectory, $"{Name}.c");
        File.WriteAllText(door, Door);
        try
        {
            using var gcc = Process.Start("gcc", ["-O3", "-march=native", "-fopenmp", "-shared", "-fPIC", "-I", source, door, "-o", target, "-lm"]);
            gcc.WaitForExit();
            return gcc.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;   // no gcc
        }
    }

    private static string? Source()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "shared", "peers", "reference");
            if (File.Exists(System.IO.Path.Combine(candidate, "spmm.c"))) return candidate;
        }
        return null;
    }
}
