using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Fast))]
public sealed class EmbeddingTests(Device device)
{
    [Test]
    public void Several_codes_become_the_sum_of_their_rows()
    {
        using var encoder = new CategoryEncoder(device, [3, 2], width: 4, new Rng(1), "atom_embedding_list");
        using RowIndex first = RowIndex.From(device, [2, 0, 2], 3), second = RowIndex.From(device, [1, 1, 0], 2);
        using var tape = Tape.Infer(device);
        float[][] rows = [.. encoder.Parameters.Select(p => p.Value.ToArray())];

        var y = encoder.Forward(tape, [first, second]).ToArray();

        Assert.That(encoder.Parameters.Select(p => p.Path), Is.EqualTo(new[] { "atom_embedding_list.0.weight", "atom_embedding_list.1.weight" }));
        for (var j = 0; j < 4; j++) Assert.That(y[j], Is.EqualTo(rows[0][8 + j] + rows[1][4 + j]));
        GradCheck.Verify(encoder.Parameters, t => encoder.Forward(t, [first, second]));
    }

    [Test]
    public void Says_how_many_columns_it_wants()
    {
        using var encoder = new CategoryEncoder(device, [3, 2], width: 4, new Rng(1));
        using var codes = RowIndex.From(device, [2], 3);
        using var tape = Tape.Infer(device);

        Assert.That(() => encoder.Forward(tape, [codes]), Throws.ArgumentException.With.Message.Contains("1 columns were given, but there are 2"));
    }

    [Test]
    public void A_residual_adds_what_it_is_given()
    {
        using var layer = new Residual(new Linear(device, 3, 3, new Rng(1)));
        using var x = Any.Parameter(device, new Shape(5, 3));
        using var tape = Tape.Infer(device);

        var y = layer.Forward(tape.Input(x)).ToArray();

        Assert.That(y.Zip(layer.Inner.Forward(tape.Input(x)).ToArray(), (a, b) => a - b), Is.EqualTo(x.ToArray()).Within(1e-6));
        Assert.That(GradCheck.Error(x, t => layer.Forward(t.Input(x))), Is.LessThan(1e-3));
    }
}
