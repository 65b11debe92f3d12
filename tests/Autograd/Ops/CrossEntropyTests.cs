using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class CrossEntropyTests(Device device)
{
    private static readonly (string Name, float Smoothing, float Gamma, bool Weighted, Reduction Reduction)[] Choices =
    [
        ("plain", 0f, 0f, false, Reduction.Mean),
        ("weights and smoothing", 0.1f, 0f, true, Reduction.Mean),
        ("weighted sum", 0f, 0f, true, Reduction.Sum),
        ("focal", 0f, 1.5f, true, Reduction.Mean),
        ("single rows", 0.2f, 2f, true, Reduction.None),
    ];

    public static IEnumerable<TestCaseData> Cases =>
        from c in Choices
        from classes in new[] { 1, 2, 7, 9, 33 }
        from some in new[] { false, true }
        select new TestCaseData(c.Smoothing, c.Gamma, c.Weighted, c.Reduction, classes, some).SetArgDisplayNames(c.Name, $"{classes} classes", some ? "some rows" : "all rows");

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_formula_in_double_and_with_differences(float smoothing, float gamma, bool weighted, Reduction reduction, int classes, bool some)
    {
        var labels = Labels(9, classes);
        int[]? rows = some ? [7, 0, 3, 8] : null;
        using var x = Any.Parameter(device, new Shape(9, classes));
        using var y = Indices.From(device, labels);
        using var chosen = rows is null ? null : Indices.From(device, rows);
        using var weight = Tensor.From(device, new Shape(classes), [.. Any.Values(classes, 5).Select(v => 1.5f + v)]);
        var options = new CrossEntropyOptions { Weight = weighted ? weight : null, Smoothing = smoothing, Gamma = gamma, Reduction = reduction };
        Var Loss(Tape tape) => tape.Input(x).CrossEntropy(y, chosen, options);

        using var tape = Tape.Infer(device);
        Assert.That(OracleCheck.Error(Loss(tape), Oracle(x.ToArray(), labels, rows, classes, weighted ? weight.ToArray() : null, options)), Is.LessThan(2e-6));
        Assert.That(GradCheck.Error(x, Loss), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(x, Loss), Is.LessThan(1e-3));
    }

    [Test]
    public void A_left_out_row_counts_for_nothing_even_if_it_holds_NaN()
    {
        using var x = Any.Parameter(device, new Shape(3, 2));
        x.Write([float.NaN, 1f, 0f, 0f, float.NaN, float.PositiveInfinity]);
        using var labels = Indices.From(device, [-1, 0, -1]);
        using var tape = Tape.Train(device);

        var loss = tape.Input(x).CrossEntropy(labels);
        tape.Backward(loss);

        Assert.That(loss.Item(), Is.EqualTo(MathF.Log(2f)).Within(1e-6));
        Assert.That(x.Grad.ToArray(), Is.EqualTo(new[] { 0f, 0f, -0.5f, 0.5f, 0f, 0f }).Within(1e-6));
    }

    [Test]
    public void With_no_row_left_the_mean_is_NaN_and_the_gradient_is_0([Values(0, 3)] int rows)
    {
        using var x = Any.Parameter(device, new Shape(rows, 4));
        using var labels = Indices.From(device, [.. Enumerable.Repeat(-1, rows)]);
        using var tape = Tape.Train(device);

        var loss = tape.Input(x).CrossEntropy(labels);
        tape.Backward(loss);

        Assert.That(loss.Item(), Is.NaN);
        Assert.That(x.Grad.ToArray(), Is.All.Zero);
    }

    [Test]
    public void A_label_that_is_no_class_shows_as_NaN([Values(5, -2, int.MaxValue)] int label)
    {
        using var x = Any.Parameter(device, new Shape(2, 5));
        using var labels = Indices.From(device, [1, label]);
        using var tape = Tape.Train(device);

        var loss = tape.Input(x).CrossEntropy(labels);
        tape.Backward(loss);

        Assert.That(loss.Item(), Is.NaN);
        Assert.That(x.Grad.ToArray()[..5], Has.None.NaN);
        Assert.That(x.Grad.ToArray()[5..], Is.All.NaN);
    }

    [Test]
    public void Large_logits_keep_their_digits_and_an_infinite_one_shows()
    {
        float[] values = [10_000f, 10_001f, -1e30f, 1e30f, float.NegativeInfinity, 0f, float.PositiveInfinity, 0f];
        using var x = Tensor.From(device, new Shape(4, 2), values);
        using var labels = Indices.From(device, [0, 1, 1, 1]);
        using var tape = Tape.Infer(device);

        var losses = tape.Input(x).CrossEntropy(labels, options: new() { Reduction = Reduction.None });

        Assert.That(OracleCheck.Error(losses, [Math.Log(1 + Math.E), 0, 0, double.NaN]), Is.LessThan(1e-6));
    }

    [Test]
    public void A_NaN_logit_shows_in_the_loss_and_in_its_row([Values(0f, 2f)] float gamma)
    {
        using var x = Any.Parameter(device, new Shape(2, 3));
        x.Write([1f, 2f, 3f, 1f, float.NaN, 3f]);
        using var labels = Indices.From(device, [0, 2]);
        using var tape = Tape.Train(device);

        var loss = tape.Input(x).CrossEntropy(labels, options: new() { Gamma = gamma });
        tape.Backward(loss);

        Assert.That(loss.Item(), Is.NaN);
        Assert.That(x.Grad.ToArray().Select(float.IsNaN), Is.EqualTo(new[] { false, false, false, true, true, true }));
    }

    [Test]
    public void Labels_and_weights_that_do_not_fit_are_named()
    {
        using var tape = Tape.Infer(device);
        using var x = Any.Tensor(device, new Shape(4, 3));
        using var labels = Indices.From(device, [0, 1]);
        using var four = Indices.From(device, [0, 1, 2, 0]);
        using var weight = Any.Tensor(device, new Shape(2));

        Assert.That(() => tape.Input(x).CrossEntropy(labels), Throws.TypeOf<ShapeException>().With.Message.Contains("4 rows of logits but 2 labels"));
        Assert.That(() => tape.Input(x).CrossEntropy(four, options: new() { Weight = weight }), Throws.TypeOf<ShapeException>().With.Message.Contains("3 classes but 2"));
    }

    private static int[] Labels(int count, int classes) => [.. Enumerable.Range(0, count).Select(i => i % 4 == 2 ? -1 : (i * 5 + 1) % classes)];

    private static double[] Oracle(float[] x, int[] labels, int[]? rows, int classes, float[]? weight, CrossEntropyOptions options)
    {
        double W(int c) => weight?[c] ?? 1.0;
        var losses = new List<double>();
        var shares = 0.0;
        foreach (var i in rows ?? [.. Enumerable.Range(0, labels.Length)])
        {
            var row = x.AsSpan(i * classes, classes).ToArray();
            var total = row.Sum(v => Math.Exp(v));
            double NegativeLog(int c) => Math.Log(total) - row[c];
            var y = labels[i];
            if (y >= 0) shares += W(y);
            losses.Add(y < 0 ? 0 : (1.0 - options.Smoothing) * W(y) * Math.Pow(1 - Math.Exp(-NegativeLog(y)), options.Gamma) * NegativeLog(y)
                + options.Smoothing / (double)classes * Enumerable.Range(0, classes).Sum(c => W(c) * NegativeLog(c)));
        }
        return options.Reduction switch { Reduction.None => [.. losses], Reduction.Sum => [losses.Sum()], _ => [losses.Sum() / shares] };
    }
}
