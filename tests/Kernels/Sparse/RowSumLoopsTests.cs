using System.Runtime.Intrinsics;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>The three loops that sum rows on the CPU; which of them runs depends on the width and the processor.</summary>
public sealed class RowSumLoopsTests
{
    private const int Rows = 19;   // of 0 to 18 entries

    private static readonly int[] Start = [.. Enumerable.Range(0, Rows + 1).Select(r => r * (r - 1) / 2)];

    [Test]
    public void Every_loop_gives_the_same_bits([Values(1, 8, 17, 40, 48, 105, 112, 211, 523, 4109)] int width, [Values("none", "row", "edge", "column")] string weights, [Values] bool scaled, [Values] bool add, [Values] bool loops, [Values] bool large)
    {
        if (loops && weights is "row" or "edge") return;   // a loop has no weight of its own
        var abreast = Sum(width, weights, scaled, add, loops, large, Loop.Abreast);
        Assert.Multiple(() =>
        {
            Assert.That(Sum(width, weights, scaled, add, loops, large, Loop.Narrow), Is.EqualTo(abreast));
            if (!Vector512.IsHardwareAccelerated) return;
            Assert.That(Sum(width, weights, scaled, add, loops, large, Loop.Wide), Is.EqualTo(abreast));
            Assert.That(Sum(width, weights, scaled, add, loops, large, Loop.WideAbreast), Is.EqualTo(abreast));
        });
    }

    [Test]
    public void Large_results_may_begin_anywhere([Values(16, 48, 112, 224)] int width, [Values(0, 1, 8, 16)] int at, [Values] bool scaled, [Values] bool add)
    {
        var abreast = Sum(width, "none", scaled, add, loops: false, large: true, Loop.Abreast, at);
        Assert.That(Sum(width, "none", scaled, add, loops: false, large: true, Loop.Narrow, at), Is.EqualTo(abreast));
        if (Vector512.IsHardwareAccelerated) Assert.That(Sum(width, "none", scaled, add, loops: false, large: true, Loop.Wide, at), Is.EqualTo(abreast));
    }

    private enum Loop { Abreast, WideAbreast, Narrow, Wide }

    private static float[] Sum(int width, string weights, bool scaled, bool add, bool loops, bool large, Loop loop, int at = 0) => weights switch
    {
        "none" => Sum<Unweighted>(width, scaled, add, loops, large, loop, at),
        "row" => Sum<OneWeight>(width, scaled, add, loops, large, loop, at),
        "edge" => Sum<WeightOfEdge>(width, scaled, add, loops, large, loop, at),
        _ => Sum<WeightOfColumn>(width, scaled, add, loops, large, loop, at),
    };

    private static float[] Sum<TWeighing>(int width, bool scaled, bool add, bool loops, bool large, Loop loop, int at = 0) where TWeighing : struct, IWeighing
    {
        var device = TestDevices.Cpu;
        int[] entries = [.. Enumerable.Range(0, Rows).SelectMany(r => Enumerable.Range(0, r))];
        using var column = Indices.From(device, entries);
        using var edge = Indices.From(device, [.. Enumerable.Range(0, entries.Length).Reverse()]);
        using Tensor x = Any.Tensor(device, new Shape(Rows, width)), room = Any.Tensor(device, new Shape(at + Rows * width), seed: 4), y = new Tensor(room, at, new Shape(Rows, width));
        using Tensor w = Any.Tensor(device, new Shape(entries.Length), seed: 5), factor = Any.Tensor(device, new Shape(Rows), seed: 6), bias = Any.Tensor(device, new Shape(width), seed: 7);
        var run = new RowRun(column.Span, x.Span, width, Start, int.MaxValue, w.Span, 1, scaled ? factor.Span : default, add) { Edge = edge.Span, Bias = scaled ? bias.Span : default, Loops = loops ? 0 : -1, Far = large, Past = large };
        if (loop == Loop.Abreast) RowsAbreast<Floats256, Vector256<float>>.Sum<TWeighing>(run, y.Span);
        else if (loop == Loop.WideAbreast) RowsAbreast<Floats512, Vector512<float>>.Sum<TWeighing>(run, y.Span);
        else if (loop == Loop.Narrow) Panels<TWeighing, Floats256, Vector256<float>>(run, width, y.Span);
        else Panels<TWeighing, Floats512, Vector512<float>>(run, width, y.Span);
        return y.ToArray();
    }

    private static void Panels<TWeighing, TFloats, TVector>(in RowRun run, int width, Span<float> y)
        where TWeighing : struct, IWeighing where TFloats : struct, IFloats<TVector> where TVector : unmanaged
    {
        for (var j = 0; j < width; j += RowPanel.Most * TFloats.Count)
            RowPanel<TFloats, TVector>.Sum<TWeighing>(run, Math.Min(RowPanel.Most, (width - j + TFloats.Count - 1) / TFloats.Count), y, j, width);
    }
}
