using System.Text.Json;
using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;

namespace GraphTune.Tests;

/// <summary>Golden cases of functions on edge lists and batches.</summary>
internal static class UtilCases
{
    public static readonly Dictionary<string, Action<GoldenCase>> ByLayer = new()
    {
        ["remove_self_loops"] = golden => Rewrite(golden, edges => edges.RemoveSelfLoops()),
        ["add_self_loops"] = golden => Rewrite(golden, edges => Fill(golden) is var (how, values) && how is { } reduce ? edges.AddSelfLoops(reduce) : edges.AddSelfLoops(values)),
        ["add_remaining_self_loops"] = golden => Rewrite(golden, edges =>
            Fill(golden) is var (how, values) && how is { } reduce ? edges.AddRemainingSelfLoops(reduce) : edges.AddRemainingSelfLoops(values)),
        ["coalesce"] = golden => Rewrite(golden, edges => edges.Coalesce(Reduce(golden), golden.Options.Bool("sort_by_row", true))),
        ["to_undirected"] = golden => Rewrite(golden, edges => edges.ToUndirected(Reduce(golden))),
        ["degree"] = Degree,
        ["gcn_norm"] = GcnNorm,
        ["get_laplacian"] = Laplacian,
        ["softmax"] = Softmax,
        ["scatter"] = Scatter,
        ["to_dense_batch"] = ToDenseBatch,
        ["AddRandomWalkPE"] = golden => golden.Expect("out", PositionalEncoding.RandomWalk(Edges(golden), golden.Options.Int("walk_length"))),
        ["AddLaplacianEigenvectorPE"] = LaplacianEncoding,
    };

    private static EdgeList Edges(GoldenCase golden)
    {
        var ends = golden.Ints("edge_index");
        return new(golden.Options.Int("num_nodes"), ends[..(ends.Length / 2)], ends[(ends.Length / 2)..]);
    }

    private static Aggregation Reduce(GoldenCase golden) => GoldenModules.Aggregation(golden.Options.Text("reduce", "add"));

    private static (Aggregation? How, float[] Values) Fill(GoldenCase golden) => golden.Options.Find("fill_value") switch
    {
        { ValueKind: JsonValueKind.String } name => (GoldenModules.Aggregation(name.GetString()!), []),
        null => (null, [1f]),
        _ => (null, [.. golden.Options.Doubles("fill_value").Select(v => (float)v)]),
    };

    private static void Rewrite(GoldenCase golden, Func<EdgeList, EdgeRewrite> change)
    {
        using var run = new GoldenRun(golden, golden.Device);
        var ends = golden.Ints("edge_index");
        var edges = golden.Options.Has("num_nodes") ? Edges(golden) : new(ends.Append(-1).Max() + 1, ends[..(ends.Length / 2)], ends[(ends.Length / 2)..]);
        var rewrite = change(edges);
        using var map = rewrite.To(run.Device);
        golden.Expect("out_edge_index", [.. rewrite.Edges.Source, .. rewrite.Edges.Target]);
        if ((run.InputOrNull("edge_attr") ?? run.InputOrNull("edge_weight")) is { } attributes) run.Check(tape => map.Apply(tape.Input(attributes)));
    }

    private static void Degree(GoldenCase golden)
    {
        using var graph = Graph.From(golden.Device, Edges(golden));
        golden.Expect("out.in", graph.InDegree.ToArray());
        golden.Expect("out.out", graph.OutDegree.ToArray());
        foreach (var name in golden.Names("grad_out").ToArray()) golden.LeaveOut(name, "counts have no gradient");
    }

    private static void GcnNorm(GoldenCase golden)
    {
        var (loops, improved) = (golden.Options.Bool("add_self_loops", true), golden.Options.Bool("improved", false));
        var edges = Edges(golden);
        var expected = loops ? edges.AddRemainingSelfLoops(1f).Edges : edges;
        Weights(golden, edges, expected, (graph, weight) =>
        {
            var (_, normalised) = graph.GcnNorm(weight, loops, improved);
            return normalised as Var ?? weight.Tape.Input(normalised);
        });
    }

    private static void Laplacian(GoldenCase golden)
    {
        var norm = golden.Options.Find("normalization")?.GetString() switch { "sym" => LaplacianNorm.Symmetric, "rw" => LaplacianNorm.RandomWalk, _ => LaplacianNorm.None };
        var edges = Edges(golden);
        Weights(golden, edges, edges.ReplaceSelfLoops(0f).Edges, (graph, weight) => graph.Laplacian(weight, norm).Weight);
    }

    // Weights come and go in the file's order of edges; the computation has its own.
    private static void Weights(GoldenCase golden, EdgeList edges, EdgeList expected, Func<Graph, Var, Var> compute)
    {
        using var run = new GoldenRun(golden, golden.Device);
        using var graph = Graph.From(run.Device, edges);
        using var after = Graph.From(run.Device, expected);
        using var order = RowIndex.From(run.Device, [.. after.Order], expected.Count);
        var weight = run.InputOrNull("edge_weight") ?? graph.Ones;
        golden.Expect("out_edge_index", [.. expected.Source, .. expected.Target]);
        run.Check(tape => compute(graph, graph.InCanonicalOrder(tape.Input(weight))).Segment(Aggregation.Sum, order));
    }

    private static void Softmax(GoldenCase golden)
    {
        using var run = new GoldenRun(golden, golden.Device);
        using var targets = RowIndex.From(run.Device, Edges(golden).Target, golden.Options.Int("num_nodes"));
        var source = run.Input("src");
        run.Check(tape => tape.Input(source).SegmentSoftmax(targets));
    }

    private static void Scatter(GoldenCase golden)
    {
        if (golden.Options.Int("dim", 0) != 0) throw new InvalidDataException("scatter over another axis than rows is not there");
        if (golden.Has("grad_first_tie.src")) golden.LeaveOut("grad_first_tie.src", "equal numbers share the gradient equally here, as in 'grad'");
        using var run = new GoldenRun(golden, golden.Device);
        using var groups = RowIndex.From(run.Device, golden.Ints("index"), golden.Options.Int("dim_size"));
        var source = run.Input("src");
        run.Check(tape => tape.Input(source).Segment(GoldenModules.Aggregation(golden.Options.Text("reduce", "sum")), groups));
    }

    private static void ToDenseBatch(GoldenCase golden)
    {
        using var run = new GoldenRun(golden, golden.Device);
        int? most = golden.Options.Has("max_num_nodes") ? golden.Options.Int("max_num_nodes") : null;
        using var dense = new DenseBatch(run.Device, golden.Ints("batch"), golden.Options.Int("batch_size"), most, (float)golden.Options.Double("fill_value", 0));
        var x = run.Input("x");
        golden.Expect("out_mask", [.. dense.Mask.Select(real => real ? 1 : 0)]);
        run.Check(tape => dense.Apply(tape.Input(x)));
    }

    private static void LaplacianEncoding(GoldenCase golden)
    {
        if (!golden.Options.Bool("is_undirected", false)) throw new InvalidDataException("the Laplacian of a directed graph is not there");
        golden.LeaveOut("eigenvalues", "they tell only how well the eigenvectors are separated");
        golden.Expect("out", PositionalEncoding.Laplacian(Edges(golden), golden.Options.Int("k")));
    }
}
