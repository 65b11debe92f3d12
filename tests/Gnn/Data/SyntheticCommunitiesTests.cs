using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class SyntheticCommunitiesTests
{
    private static readonly SyntheticCommunities Small = new() { Nodes = 2000, Edges = 20_000 };

    private static string Hash(NodeDataset data) => Convert.ToHexStringLower(SHA256.HashData(
        [.. MemoryMarshal.AsBytes<int>(data.Edges.Source), .. MemoryMarshal.AsBytes<int>(data.Edges.Target), .. MemoryMarshal.AsBytes<float>(data.Features.Dense), .. MemoryMarshal.AsBytes<int>(data.Labels)]))[..16];

    [Test]
    public void The_default_graph_has_the_size_it_promises()
    {
        var data = new SyntheticCommunities().Build();

        Assert.That((data.Nodes, data.Features.Columns, data.Classes, data.Splits.Count), Is.EqualTo((20_000, 96, 8, 10)));
        Assert.That(data.Edges.Count, Is.EqualTo(200_000));
        Assert.That((data.Splits[0].Train.Length, data.Splits[0].Validation.Length, data.Splits[0].Test.Count), Is.EqualTo((80, 500, 19_420)));
        Assert.That(data.Labels.CountBy(label => label).Select(pair => pair.Value), Is.All.InRange(2000, 3000));
    }

    [Test]
    public void The_default_graph_is_made_in_well_under_a_second()
    {
        Small.Build();
        var clock = Stopwatch.StartNew();

        new SyntheticCommunities().Build();

        Assert.That(clock.Elapsed.TotalSeconds, Is.LessThan(3), "3 seconds leave room for a busy machine");
    }

    [Test]
    public void The_same_seed_gives_the_same_bits_and_another_does_not()
    {
        Assert.That(Hash(Small.Build()), Is.EqualTo(Hash(Small.Build())));
        Assert.That(Hash((Small with { Seed = 1 }).Build()), Is.Not.EqualTo(Hash(Small.Build())));
    }

    [Test]
    public void The_bits_are_the_same_on_every_machine() => Assert.That(Hash(Small.Build()), Is.EqualTo("520857ee816c31a1"));

    [Test]
    public void Features_show_their_cause_under_their_noise()
    {
        var quiet = (Small with { Noise = 0, Faintness = 0 }).Build().Features.Dense!;
        var mean = quiet.Average();

        var deviation = Math.Sqrt(quiet.Average(value => (value - mean) * (value - mean)));

        Assert.That(deviation, Is.EqualTo(0.4).Within(0.1));
    }

    [Test]
    public void Degrees_follow_a_power_law()
    {
        var data = new SyntheticCommunities().Build();
        var degree = new int[data.Nodes];
        foreach (var node in data.Edges.Target) degree[node]++;

        Array.Sort(degree);

        Assert.That(degree[^1], Is.GreaterThan(10 * degree[degree.Length / 2]));
    }

    [TestCase(1.0, 0.79, 0.85)]
    [TestCase(0.0, 0.12, 0.13)]
    public void Transfer_says_how_well_edges_know_the_labels(double transfer, double least, double most)
    {
        var data = (new SyntheticCommunities() with { Transfer = transfer, LabelNoise = 0 }).Build();

        var agreeing = data.Edges.Source.Zip(data.Edges.Target).Count(edge => data.Labels[edge.First] == data.Labels[edge.Second]);

        Assert.That(agreeing / (double)data.Edges.Count, Is.InRange(least, most));
    }

    [Test]
    public void A_graph_without_room_for_the_edges_has_those_there_is_room_for() =>
        Assert.That((Small with { Nodes = 600, Edges = 400_000 }).Build().Edges.Count, Is.InRange(100_000, 600 * 599));

    [Test]
    public void Numbers_that_make_no_graph_are_refused()
    {
        Assert.That(() => (Small with { Transfer = 1.5 }).Build(), Throws.ArgumentException.With.Message.EqualTo("Transfer is 1.5; 0 to 1 is needed."));
        Assert.That(() => (Small with { Communities = 4 }).Build(), Throws.ArgumentException.With.Message.EqualTo("Communities is 4; at least 8, one for each class, are needed."));
    }

    [Test]
    public void A_class_with_too_few_nodes_is_one_clear_line() =>
        Assert.That(() => (Small with { TrainPerClass = 1000 }).Build(), Throws.TypeOf<InvalidDataException>().With.Message.Contains("1000 for training are needed"));
}
