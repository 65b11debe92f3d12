using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.FineTune;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>A full-graph step at the size of ogbn-arxiv: 169,343 nodes, 2,315,598 directed edges, 128 features.</summary>
public sealed class TrainingMemoryTests
{
    private const int Features = 128, Classes = 40;

    private static Graph Random(Device device, int nodes, int edges)
    {
        var rng = new Rng(1);
        int[] source = new int[edges], target = new int[edges];
        for (var e = 0; e < edges; e++) (source[e], target[e]) = (rng.Next(nodes), rng.Next(nodes));
        return Graph.From(device, nodes, source, target);
    }

    // Misses of the pool and managed bytes after each epoch of one step.
    private static (long[] Misses, long[] Managed) Train(Device device, int nodes, int edges)
    {
        using var graph = Random(device, nodes, edges);
        using var x = Any.Tensor(device, new Shape(nodes, Features));
        var rng = new Rng(2);
        int[] classes = [.. Enumerable.Range(0, nodes).Select(_ => rng.Next(Classes))];
        using var labels = Indices.From(device, classes);
        using var model = new NodeClassifier(device, new()
        {
            Encoder = new() { Inputs = Features, Hidden = 64, Layers = 1 },
            Head = new() { Kind = HeadKind.Convolution, Classes = Classes },
        }, seed: 1);
        var (misses, managed) = (new List<long>(), new List<long>());
        new Trainer
        {
            Epochs = 6,
            ClipNorm = 1,
            Progress = _ =>
            {
                misses.Add(device.Pool.Misses);
                managed.Add(GC.GetAllocatedBytesForCurrentThread());
            },
        }.Run(model, epoch => new Full().Groups(model, epoch), tape => model.Forward(graph, tape.Input(x)).CrossEntropy(labels));
        return ([.. misses], [.. managed]);
    }

    [Test]
    public void A_GCN_step_on_the_full_graph_takes_no_memory_after_the_second_and_no_buffer_of_edges_times_features()
    {
        const int nodes = 169_343, edges = 2_315_598;
        using var device = new CpuDevice(2) { MemoryLimit = 4L * edges * Features };

        var (misses, managed) = Train(device, nodes, edges);

        Assert.That(misses[2..], Is.All.EqualTo(misses[1]));
        Assert.That(managed.Zip(managed.Skip(1), (a, b) => b - a).Skip(2).Max(), Is.LessThan(64_000));
    }

    [Test]
    public void Managed_bytes_of_a_step_do_not_depend_on_the_graph()
    {
        using var device = new CpuDevice(1);
        long PerStep(int nodes, int edges)
        {
            var managed = Train(device, nodes, edges).Managed;
            return managed[^1] - managed[^2];
        }

        Assert.That(PerStep(4000, 40_000), Is.EqualTo(PerStep(100, 500)).Within(4096));
    }
}
