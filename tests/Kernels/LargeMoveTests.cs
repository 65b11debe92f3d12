using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Kernels at sizes that are shared out among threads.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Fast))]
public sealed class LargeMoveTests(Device device)
{
    [Test]
    public void CopyTransposed_swaps_rows_and_columns([Values(3, 37, 64)] int rows, [Values] bool accumulate)
    {
        const int Many = 9_003;
        Check(rows, Many);
        Check(Many, rows);

        void Check(int n, int m)
        {
            using var x = Any.Tensor(device, new Shape(n, m));
            using var y = Tensor.From(device, new Shape(m, n), [.. Enumerable.Repeat(accumulate ? 1f : float.NaN, n * m)]);
            var values = x.ToArray();

            device.Run(new CopyTransposed(x, y, accumulate));

            Assert.That(y.ToArray(), Is.EqualTo(Enumerable.Range(0, n * m).Select(i => (accumulate ? 1f : 0f) + values[i % n * m + i / n])));
        }
    }

    [Test]
    public void Zip_meets_every_row_with_one([Values(1, 3, 7, 8, 40, 1023, 1024, 1500)] int width)
    {
        using Tensor a = Any.Tensor(device, new Shape(40_000 / width, width), seed: 1), b = Any.Tensor(device, new Shape(width), seed: 2), y = new(device, a.Shape);
        var row = b.ToArray();

        device.Run(new Zip<Subtract>(a, b, y));

        Assert.That(y.ToArray(), Is.EqualTo(a.ToArray().Select((v, i) => v - row[i % width])));
    }
}
