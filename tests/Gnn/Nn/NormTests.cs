using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class NormTests
{
    private readonly Device device = TestDevices.Cpu;

    [Test]
    public void A_frozen_batch_norm_keeps_and_uses_its_statistics()
    {
        using var norm = new BatchNorm(device, 3);
        using var x = Any.Tensor(device, new Shape(8, 3));
        Train(norm, x);
        var kept = State(norm);

        foreach (var (_, p) in norm.Parameters) p.Tracks = false;
        var frozen = Train(norm, x);

        using var tape = Tape.Infer(device);
        Assert.That(State(norm), Is.EqualTo(kept));
        Assert.That(frozen, Is.EqualTo(norm.Forward(tape.Input(x)).ToArray()));
    }

    [Test]
    public void Inference_leaves_the_statistics_alone()
    {
        using var norm = new BatchNorm(device, 3);
        using var x = Any.Tensor(device, new Shape(8, 3));
        var kept = State(norm);

        using (var tape = Tape.Infer(device)) norm.Forward(tape.Input(x));

        Assert.That(State(norm), Is.EqualTo(kept));
        Train(norm, x);
        Assert.That(State(norm), Is.Not.EqualTo(kept));
    }

    [Test]
    public void A_single_row_is_refused_in_training_unless_it_is_allowed()
    {
        using var norm = new BatchNorm(device, 3);
        using var lenient = new BatchNorm(device, 3, new() { AllowSingleElement = true });
        using var x = Any.Tensor(device, new Shape(1, 3));

        Assert.That(() => Train(norm, x), Throws.TypeOf<ShapeException>().With.Message.Contains("one row has no variance"));
        Assert.That(Train(lenient, x), Is.EqualTo(x.ToArray()).Within(1e-5));
    }

    [Test]
    public void Parts_have_the_names_of_PyTorch()
    {
        using var mlp = new Mlp(device, [4, 8, 2], new Rng(1), new() { Norm = (d, width) => new BatchNorm(d, width), Dropout = 0.5f });

        Assert.That(mlp.Parameters.Select(p => p.Path), Is.EqualTo(new[] { "0.weight", "0.bias", "1.weight", "1.bias", "4.weight", "4.bias" }));
        Assert.That(mlp.Buffers.Select(b => b.Path), Is.EqualTo(new[] { "1.running_mean", "1.running_var", "1.num_batches_tracked" }));
    }

    [Test]
    public void Every_gradient_of_a_perceptron_with_a_norm_agrees_with_differences()
    {
        using var mlp = new Mlp(device, [4, 8, 2], new Rng(1), new() { Norm = (d, width) => new LayerNorm(d, width), Activation = ActivationKind.Silu });
        using var x = Any.Tensor(device, new Shape(5, 4));

        GradCheck.Verify(mlp.Parameters, tape => mlp.Forward(tape.Input(x)));
    }

    public static IEnumerable<NormPerGraph> PerGraph =>
    [
        new GraphNorm(TestDevices.Cpu, 4), new GraphLayerNorm(TestDevices.Cpu, 4), new PairNorm(2f), new PairNorm(individually: true),
        new InstanceNorm(TestDevices.Cpu, 4, new() { Affine = true }),
    ];

    [TestCaseSource(nameof(PerGraph))]
    public void A_batch_of_graphs_is_each_graph_by_itself(NormPerGraph norm)
    {
        if (norm is GraphLayerNorm) Assert.Ignore("PyG adds ε elsewhere where there is no batch");
        using var x = Any.Tensor(device, new Shape(7, 4));
        using var head = Tensor.From(device, new Shape(3, 4), x.ToArray().AsSpan(0, 12));
        using var tail = Tensor.From(device, new Shape(4, 4), x.ToArray().AsSpan(12));
        using var batch = RowIndex.From(device, [0, 0, 0, 2, 2, 2, 2], 3);
        using var tape = Tape.Infer(device);

        var y = norm.Forward(tape.Input(x), batch);

        Assert.That(y.ToArray(), Is.EqualTo(norm.Forward(tape.Input(head)).ToArray().Concat(norm.Forward(tape.Input(tail)).ToArray())).Within(2e-6));
    }

    [TestCaseSource(nameof(PerGraph))]
    public void Every_gradient_of_a_norm_agrees_with_differences(NormPerGraph norm)
    {
        using var x = Any.Parameter(device, new Shape(7, 4));
        using var batch = RowIndex.From(device, [0, 0, 0, 1, 1, 1, 1], 2);

        foreach (var given in new[] { batch, null })
        {
            GradCheck.Verify([.. norm.Parameters, ("x", x)], tape => norm.Forward(tape.Input(x), given));
            foreach (var (_, p) in norm.Parameters) p.ClearGrad();
        }
    }

    private float[] Train(BatchNorm norm, Tensor x)
    {
        using var tape = Tape.Train(device);
        return norm.Forward(tape.Input(x)).ToArray();
    }

    private static float[] State(BatchNorm norm) => [.. norm.Buffers.SelectMany(b => b.Value.ToArray())];
}
