using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.FineTune;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ComparisonTests
{
    private static readonly FineTuner Quick = new() { Strategy = new Full(), Epochs = 2, StepsPerEpoch = 1 };

    private static readonly Comparison Small = new()
    {
        Methods = [new("scratch", false, Quick), new("linear-probe", true, Quick with { Strategy = new LinearProbe() }), new("full", true, Quick)],
        Seeds = 3,
        FirstSeed = 5,
    };

    private static ComparisonResult Run(Comparison comparison)
    {
        using var task = Tiny.Task(TestDevices.Cpu);
        using var encoder = new Encoder(TestDevices.Cpu, Tiny.Options().Encoder, new Rng(9));
        return comparison.Run(task, Tiny.Options(), encoder);
    }

    [Test]
    public void Every_method_runs_every_seed()
    {
        var result = Run(Small);

        Assert.That(result.Methods.Select(m => m.Name), Is.EqualTo(new[] { "scratch", "linear-probe", "full" }));
        Assert.That(result.Methods.Select(m => m.Runs.Select(r => r.Seed)), Is.All.EqualTo(new ulong[] { 5, 6, 7 }));
        Assert.That((result.Data, result.Task, result.Metric), Is.EqualTo(("synthetic", "node-classification", "accuracy")));
    }

    [Test]
    public void The_same_comparison_gives_the_same_bits()
    {
        string[] Hashes() => [.. Run(Small).Methods.SelectMany(m => m.Runs).Select(r => r.WeightsSha256)];

        Assert.That(Hashes(), Is.EqualTo(Hashes()).And.Unique);
    }

    [Test]
    public void Methods_of_one_seed_start_from_the_same_head_and_pretrained_ones_from_the_same_encoder()
    {
        var start = new Dictionary<(string, ulong), (float[] Encoder, float[] Head)>();
        var still = Quick with { Strategy = new Full(LearningRate: 0, WeightDecay: 0) };
        var comparison = Small with
        {
            Methods = [new("scratch", false, still), new("full", true, still)],
            Trained = (method, run, model) => start[(method, run.Seed)] = (model.Select("encoder.convs.0.lin.weight").Single().Value.ToArray(), model.Select("head.0.weight").Single().Value.ToArray()),
        };

        Run(comparison);

        Assert.That(start[("scratch", 5)].Head, Is.EqualTo(start[("full", 5)].Head).And.Not.EqualTo(start[("full", 6)].Head));
        Assert.That(start[("full", 5)].Encoder, Is.EqualTo(start[("full", 6)].Encoder).And.Not.EqualTo(start[("scratch", 5)].Encoder));
        Assert.That(start[("scratch", 5)].Encoder, Is.Not.EqualTo(start[("scratch", 6)].Encoder));
    }

    [Test]
    public void Differences_are_those_of_pairs()
    {
        var result = Run(Small);
        var scores = result.Methods.ToDictionary(m => m.Name, m => m.Runs.Select(r => r.Score).ToArray());

        var difference = result.Differences.Single(d => d is { Method: "full", Against: "scratch" });

        Assert.That(difference.Mean, Is.EqualTo(scores["full"].Zip(scores["scratch"], (a, b) => a - b).Average()).Within(1e-12));
        Assert.That(difference.Low, Is.LessThanOrEqualTo(difference.Mean));
        Assert.That(result.Differences.Select(d => (d.Method, d.Against)), Is.EqualTo(new[] { ("linear-probe", "scratch"), ("full", "scratch"), ("full", "linear-probe") }));
    }

    [Test]
    public void Told_to_stop_it_reports_the_runs_that_had_ended()
    {
        using var stop = new CancellationTokenSource();

        var result = Run(Small with { Cancel = stop.Token, Progress = p => { if (p is { Run: 4, Epoch.Epoch: 0 }) stop.Cancel(); } });

        Assert.That(result.Cancelled);
        Assert.That(result.Methods.Select(m => (m.Name, m.Runs.Count)), Is.EqualTo(new[] { ("scratch", 2), ("linear-probe", 1), ("full", 1) }));
    }

    [Test]
    public void Told_to_stop_within_the_first_run_it_reports_none()
    {
        using var stop = new CancellationTokenSource();

        var result = Run(Small with { Cancel = stop.Token, Progress = _ => stop.Cancel() });

        Assert.That((result.Cancelled, result.Methods.Count, result.Differences.Count), Is.EqualTo((true, 0, 0)));
    }
}
