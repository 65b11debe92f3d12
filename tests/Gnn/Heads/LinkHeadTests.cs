using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class LinkHeadTests(Device device)
{
    private const int Nodes = 6, Width = 5;
    private static readonly int[] Source = [4, 0, 3, 3, 2, 5], Target = [1, 1, 0, 3, 5, 2];

    [Test]
    public void Pairs_are_scored_as_written_and_gradients_agree([Values] LinkScore score)
    {
        using var pairs = Graph.From(device, Nodes, Source, Target);
        using var head = new LinkHead(device, score, Width, new Rng(3));
        using var h = Any.Parameter(device, new Shape(Nodes, Width));
        foreach (var (_, p) in head.Parameters) p.Write([.. p.ToArray().Select((v, k) => v + 0.1f * k)]);
        using var tape = Tape.Infer(device);

        var y = head.Forward(pairs, tape.Input(h)).ToArray();

        for (var e = 0; e < y.Length; e++) Assert.That(y[e], Is.EqualTo(Naive(head, h.ToArray(), Target[pairs.Order[e]], Source[pairs.Order[e]])).Within(1e-5));
        GradCheck.Verify([.. head.Parameters, ("h", h)], t => head.Forward(pairs, t.Input(h)));
    }

    [Test]
    public void Only_the_bilinear_score_tells_directions_apart()
    {
        using var pairs = Graph.From(device, Nodes, [2, 5], [5, 2]);
        using var h = Any.Parameter(device, new Shape(Nodes, Width));
        foreach (var score in Enum.GetValues<LinkScore>())
        {
            using var head = new LinkHead(device, score, Width, new Rng(3));
            using var tape = Tape.Infer(device);
            var y = head.Forward(pairs, tape.Input(h)).ToArray();
            Assert.That(Math.Abs(y[0] - y[1]) > 1e-3, Is.EqualTo(score == LinkScore.Bilinear));
        }
    }

    private static double Naive(LinkHead head, float[] h, int i, int j)
    {
        var parts = head.Parameters.ToDictionary(p => p.Path, p => p.Value.ToArray());
        double sum = parts["bias"][0];
        for (var a = 0; a < Width; a++)
        {
            if (head.Score != LinkScore.Bilinear) sum += (double)h[i * Width + a] * h[j * Width + a] * (head.Score == LinkScore.Diagonal ? parts["weight"][a] : 1);
            else
                for (var b = 0; b < Width; b++) sum += (double)h[i * Width + a] * parts["lin.weight"][a * Width + b] * h[j * Width + b];
        }
        return sum;
    }
}
