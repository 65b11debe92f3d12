using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class TaskLossTests(Device device)
{
    private static readonly LossOptions[] All =
    [
        LossOptions.Plain, LossOptions.Balanced, LossOptions.Focal,
        new() { Weighting = ClassWeighting.EffectiveNumber, Beta = 0.9 },
        new() { Weighting = ClassWeighting.InverseFrequency, Gamma = 1.5f },
        new() { LogitAdjustment = 1f },
        new() { Weighting = ClassWeighting.EffectiveNumber, Gamma = 2f, LogitAdjustment = 0.5f },
    ];

    private static readonly int[] Classes = [0, 1, 1, 2, 1, -1, 1, 0, 1, 1];
    private static readonly float[] Tasks = [0, 1, 0, float.NaN, 1, 1, 0, 0, float.NaN, 1, 0, 1, 0, 1, 0, 0, 0, float.NaN];   // 9 rows of 2 tasks

    private static double SoftmaxLoss(float[] x, int classes, LossOptions options)
    {
        int[] count = [.. Enumerable.Range(0, classes).Select(c => Classes.Count(y => y == c))];
        var (weights, labelled, sum, total) = (NaiveWeights(options, count), count.Sum(), 0.0, 0.0);
        for (var i = 0; i < Classes.Length; i++)
        {
            if (Classes[i] < 0) continue;
            double[] z = [.. Enumerable.Range(0, classes).Select(c => x[i * classes + c] + options.LogitAdjustment * Math.Log(count[c] / (double)labelled))];
            var p = Math.Exp(z[Classes[i]]) / z.Sum(Math.Exp);
            sum += weights[Classes[i]] * Math.Pow(1 - p, options.Gamma) * -Math.Log(p);
            total += weights[Classes[i]];
        }
        return sum / total;
    }

    private static double SigmoidLoss(float[] x, int tasks, LossOptions options)
    {
        var (sum, there) = (0.0, 0);
        for (var i = 0; i < x.Length; i++)
        {
            if (float.IsNaN(Tasks[i])) continue;
            int[] count = [.. new[] { 0f, 1f }.Select(y => Tasks.Where((t, at) => at % tasks == i % tasks && t == y).Count())];
            var z = x[i] + options.LogitAdjustment * Math.Log(count[1] / (double)count[0]);
            var p = Tasks[i] == 1 ? 1 / (1 + Math.Exp(-z)) : 1 / (1 + Math.Exp(z));
            sum += NaiveWeights(options, count)[(int)Tasks[i]] * Math.Pow(1 - p, options.Gamma) * -Math.Log(p);
            there++;
        }
        return sum / there;
    }

    private static double[] NaiveWeights(LossOptions options, int[] count)
    {
        double[] raw = [.. count.Select(n => options.Weighting switch
        {
            ClassWeighting.InverseFrequency => 1.0 / n,
            ClassWeighting.EffectiveNumber => 1 / Enumerable.Range(0, n).Sum(i => Math.Pow(options.Beta, i)),   // E_n = 1 + β + … + β^(n−1)
            _ => 1,
        })];
        var mean = count.Select((n, k) => n * raw[k]).Sum() / count.Sum();
        return [.. raw.Select(r => r / mean)];
    }

    [TestCaseSource(nameof(All))]
    public void Of_classes_it_is_the_formula_and_its_gradient_too(LossOptions options)
    {
        int[] count = [2, 6, 1];
        using var loss = new TaskLoss(device, options, new(TaskKind.MultiClass, [count]));
        using var labels = Indices.From(device, Classes);
        using var x = Any.Parameter(device, new Shape(Classes.Length, 3));
        using var tape = Tape.Infer(device);

        Assert.That(loss.Of(tape.Input(x), labels).Item(), Is.EqualTo(SoftmaxLoss(x.ToArray(), 3, options)).Within(1e-5));
        if (device.Name != "simulator") Assert.That(GradCheck.Error(x, t => loss.Of(t.Input(x), labels)), Is.LessThan(1e-3));
    }

    [TestCaseSource(nameof(All))]
    public void Of_binary_tasks_with_labels_missing_too(LossOptions options)
    {
        using var loss = new TaskLoss(device, options, new(TaskKind.Binary, [[7, 1], [2, 5]]));
        using var labels = Tensor.From(device, new Shape(9, 2), Tasks);
        using var x = Any.Parameter(device, new Shape(9, 2));
        using var tape = Tape.Infer(device);

        Assert.That(loss.Of(tape.Input(x), labels).Item(), Is.EqualTo(SigmoidLoss(x.ToArray(), 2, options)).Within(1e-5));
        if (device.Name != "simulator") Assert.That(GradCheck.Error(x, t => loss.Of(t.Input(x), labels)), Is.LessThan(1e-3));
    }
}

public sealed class ClassCountsTests
{
    [Test]
    public void Weights_are_closed_forms_and_a_class_without_rows_leaves_them_alone()
    {
        Assert.That(ClassCounts.Weights(LossOptions.Balanced, [10, 30, 60]), Is.EqualTo(new[] { 100 / 30.0, 100 / 90.0, 100 / 180.0 }).Within(1e-12));
        Assert.That(ClassCounts.Weights(LossOptions.Balanced, [10, 0, 30]), Is.EqualTo(new[] { 2, 1, 2 / 3.0 }).Within(1e-12));
        Assert.That(ClassCounts.Weights(LossOptions.Balanced, [0, 9]), Is.EqualTo(new double[] { 1, 1 }));
        Assert.That(ClassCounts.Weights(new() { Weighting = ClassWeighting.Positives }, [90, 10]), Is.EqualTo(new double[] { 1, 9 }));
        Assert.That(ClassCounts.Weights(new() { Weighting = ClassWeighting.EffectiveNumber, Beta = 0 }, [5, 50]), Is.EqualTo(new double[] { 1, 1 }).Within(1e-12));
        Assert.That(ClassCounts.Weights(new() { Weighting = ClassWeighting.EffectiveNumber, Beta = 1 - 1e-9 }, [5, 50]), Is.EqualTo(ClassCounts.Weights(LossOptions.Balanced, [5, 50])).Within(1e-5));
    }

    [Test]
    public void Graphs_are_counted_task_by_task_over_the_labels_that_are_there()
    {
        var data = TinyGraphs.Data(30);
        int[] rows = [.. Enumerable.Range(3, 20)];

        var counts = ClassCounts.Of(data, rows);

        for (var task = 0; task < 2; task++)
            Assert.That(counts.Tasks[task], Is.EqualTo(new[] { 0f, 1f }.Select(y => rows.Count(r => data.Labels[2 * r + task] == y))));
        Assert.That(counts.Tasks[1].Sum(), Is.LessThan(20));
    }

    [TestCase(TaskKind.MultiClass, 3, "no positives among 3 classes")]
    [TestCase(TaskKind.Regression, 0, "numbers to predict have no classes")]
    public void What_does_not_fit_is_refused(TaskKind kind, int classes, string message) =>
        Assert.That(() => new TaskLoss(TestDevices.Cpu, new() { Weighting = ClassWeighting.Positives }, new(kind, classes == 0 ? [] : [[1, 2, 3]])), Throws.TypeOf<InvalidDataException>().With.Message.Contains(message));
}
