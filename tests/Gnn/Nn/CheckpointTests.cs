using GraphTune.Engine;
using GraphTune.Gnn;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class CheckpointTests(Device device)
{
    private sealed class Pair : Module
    {
        public Pair(Device device, int width, ulong seed)
        {
            Add("weight", Any.Parameter(device, new Shape(3, width), seed));
            Add("inner", new Single(device, seed + 1));
        }
    }

    private sealed class Single : Module
    {
        public Single(Device device, ulong seed)
        {
            Add("bias", Any.Parameter(device, new Shape(5), seed));
            AddBuffer("running_mean", Any.Tensor(device, new Shape(5), seed + 1));
        }
    }

    [Test]
    public void What_was_saved_is_loaded_bit_for_bit()
    {
        using var folder = new TempFolder();
        using var saved = new Pair(device, 2, seed: 1);
        using var loaded = new Pair(device, 2, seed: 7);

        Checkpoint.Save(folder.At("a.safetensors"), saved, new Dictionary<string, string> { ["note"] = "n" });
        var report = Checkpoint.Load(folder.At("a.safetensors"), loaded);

        Assert.That(report.Matched, Is.EqualTo(new[] { "weight", "inner.bias", "inner.running_mean" }));
        Assert.That(loaded.Sha256(), Is.EqualTo(saved.Sha256()));
        Assert.That(SafeTensors.Read(folder.At("a.safetensors")).Metadata["note"], Is.EqualTo("n"));
    }

    [Test]
    public void Another_shape_is_named_with_what_was_expected_and_found_and_changes_nothing()
    {
        using var folder = new TempFolder();
        using var saved = new Pair(device, 2, seed: 1);
        using var other = new Pair(device, 4, seed: 7);
        var before = other.Sha256();
        Checkpoint.Save(folder.At("a.safetensors"), saved);

        Assert.That(() => Checkpoint.Load(folder.At("a.safetensors"), other), Throws.TypeOf<InvalidDataException>()
            .With.Message.Contains("weight (expected [3, 4], found [3, 2])").And.Message.Not.Contains("\n"));
        Assert.That(other.Sha256(), Is.EqualTo(before));
    }

    [Test]
    public void Missing_and_unexpected_tensors_are_named()
    {
        using var folder = new TempFolder();
        using var single = new Single(device, 1);
        using var pair = new Pair(device, 2, 7);
        Checkpoint.Save(folder.At("a.safetensors"), single);

        var report = Checkpoint.Load(folder.At("a.safetensors"), pair, new LoadOptions { Strict = false });

        Assert.That(report.Missing, Is.EqualTo(new[] { "weight", "inner.bias", "inner.running_mean" }));
        Assert.That(report.Unexpected, Is.EqualTo(new[] { "bias", "running_mean" }));
        Assert.That(() => Checkpoint.Load(folder.At("a.safetensors"), pair), Throws.TypeOf<InvalidDataException>().With.Message.Contains("3 missing: weight").And.Message.Contains("2 unexpected: bias"));
    }

    [Test]
    public void A_part_is_loaded_under_another_prefix()
    {
        using var folder = new TempFolder();
        using var single = new Single(device, 1);
        using var pair = new Pair(device, 2, 7);
        Checkpoint.Save(folder.At("a.safetensors"), single);

        var report = Checkpoint.Load(folder.At("a.safetensors"), pair, new LoadOptions { ModelPrefix = "inner.", Glob = "inner.*" });

        Assert.That(report.Matched, Is.EqualTo(new[] { "inner.bias", "inner.running_mean" }));
        Assert.That(pair.Select("inner.bias").Single().Value.ToArray(), Is.EqualTo(single.Select("bias").Single().Value.ToArray()));
    }

    [Test]
    public void The_fingerprint_sees_every_bit_name_and_shape()
    {
        using var a = new Pair(device, 2, seed: 1);
        using var same = new Pair(device, 2, seed: 1);
        using var wider = new Pair(device, 4, seed: 1);
        Assert.That(same.Sha256(), Is.EqualTo(a.Sha256()).And.Length.EqualTo(64));
        Assert.That(wider.Sha256(), Is.Not.EqualTo(a.Sha256()));

        var mean = same.Buffers.Single().Value;
        mean.Write([.. mean.ToArray().Select((v, i) => i == 4 ? MathF.BitIncrement(v) : v)]);

        Assert.That(same.Sha256(), Is.Not.EqualTo(a.Sha256()));
    }
}
