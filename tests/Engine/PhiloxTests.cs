using GraphTune.Engine;
using ILGPU;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class PhiloxTests(Device device)
{
    // Random123's kat_vectors for philox4x32-10: counter, key, expected.
    private static readonly uint[][] KnownAnswers =
    [
        [0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
        [~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
        [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ];

    private readonly record struct Draw(Indices In, Indices Out) : IKernel
    {
        public void Cpu(CpuDevice cpu)
        {
            var key = In.Span;
            var block = Philox.Block((uint)key[0], (uint)key[1], (uint)key[2], (uint)key[3], (uint)key[4], (uint)key[5]);
            for (var i = 0; i < 4; i++) Out.Span[i] = (int)block[i];
        }

        public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, 1, In.View, Out.View);

        private static void Kernel(Index1D i, ArrayView<int> key, ArrayView<int> result)
        {
            var block = Philox.Block((uint)key[0], (uint)key[1], (uint)key[2], (uint)key[3], (uint)key[4], (uint)key[5]);
            for (var lane = 0; lane < 4; lane++) result[lane] = (int)block[lane];
        }
    }

    [TestCaseSource(nameof(KnownAnswers))]
    public void Agrees_with_the_known_answers_of_Random123(uint[] vector)
    {
        using var input = Indices.From(device, [.. vector[..6].Select(v => (int)v)]);
        using var output = new Indices(device, 4);

        device.Run(new Draw(input, output));

        Assert.That(output.ToArray().Select(v => (uint)v), Is.EqualTo(vector[6..]));
    }
}

public sealed class RngTests
{
    [Test]
    public void The_same_seed_gives_the_same_numbers_and_another_stream_gives_others()
    {
        static uint[] Words(ulong seed, uint stream) { var rng = new Rng(seed, stream); return [.. Enumerable.Range(0, 9).Select(_ => rng.NextWord())]; }

        Assert.That(Words(7, 0), Is.EqualTo(Words(7, 0)));
        Assert.That(Words(7, 1), Is.Not.EqualTo(Words(7, 0)));
        Assert.That(Words(8, 0), Is.Not.EqualTo(Words(7, 0)));
    }

    [Test]
    public void Normal_numbers_have_mean_zero_and_variance_one()
    {
        var rng = new Rng(5);
        var sample = Enumerable.Range(0, 100_000).Select(_ => (double)rng.NextNormal()).ToArray();

        Assert.That(sample.Average(), Is.EqualTo(0).Within(0.02));
        Assert.That(sample.Sum(x => x * x) / sample.Length, Is.EqualTo(1).Within(0.03));
    }

    [Test]
    public void Bounded_integers_fill_their_range_evenly()
    {
        var rng = new Rng(5);
        var counts = new int[7];

        for (var i = 0; i < 70_000; i++) counts[rng.Next(7)]++;

        Assert.That(counts, Is.All.InRange(9_600, 10_400));
    }
}
