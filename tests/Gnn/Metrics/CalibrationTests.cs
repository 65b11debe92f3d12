using GraphTune.Engine;
using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class CalibrationTests
{
    private static int[] Rows(int n) => [.. Enumerable.Range(0, n)];

    // The logits of a model that is right about the world but says everything three times too surely.
    private static (float[] X, int[] Y) TooSure(int rows, int classes)
    {
        var rng = new Rng(2);
        var (x, y) = (new float[rows * classes], new int[rows]);
        for (var i = 0; i < rows; i++)
        {
            float[] z = [.. Rows(classes).Select(_ => 4 * rng.NextSingle() - 2)];
            var (u, sum, total) = ((double)rng.NextSingle(), 0.0, z.Sum(v => Math.Exp(v)));
            y[i] = Math.Min(classes - 1, Rows(classes).TakeWhile(c => (sum += Math.Exp(z[c]) / total) < u).Count());
            for (var c = 0; c < classes; c++) x[i * classes + c] = 3 * z[c];
        }
        return (x, y);
    }

    [Test]
    public void The_temperature_of_a_model_that_is_too_sure_is_found_and_its_error_goes()
    {
        var (x, y) = TooSure(20_000, 4);

        var found = Calibration.Fit(x, 4, y, Rows(y.Length), hasClasses: true, new());

        Assert.That(found.Temperatures.Single(), Is.EqualTo(3).Within(0.1));
        Assert.That(found.ErrorBefore, Is.GreaterThan(0.1));
        Assert.That(found.ErrorAfter, Is.LessThan(0.02));
        Assert.That(new Accuracy().Evaluate(found.Decisions(x, 4), y, Rows(y.Length)), Is.EqualTo(new Accuracy().Evaluate(x, y, Rows(y.Length))), "no decision changes");
    }

    [Test]
    public void Each_binary_task_has_its_own_temperature_and_threshold_and_missing_labels_count_nowhere()
    {
        const int rows = 4000;
        var rng = new Rng(5);
        var (x, y) = (new float[2 * rows], new int[2 * rows]);
        for (var k = 0; k < x.Length; k++)
        {
            var z = 4 * rng.NextSingle() - 3;
            y[k] = k % 5 == 0 ? -1 : rng.NextSingle() < 1 / (1 + Math.Exp(-z)) ? 1 : 0;
            x[k] = (k % 2 == 0 ? 2 : 0.5f) * z;
        }

        var found = Calibration.Fit(x, 2, y, Rows(rows), hasClasses: false, new() { Threshold = ThresholdGoal.F1 });

        Assert.That(found.Temperatures[0], Is.EqualTo(2).Within(0.2));
        Assert.That(found.Temperatures[1], Is.EqualTo(0.5).Within(0.05));
        Assert.That(found.Thresholds.Count, Is.EqualTo(2));
        Assert.That(found.Thresholds, Is.All.LessThan(0.5), "F1 of a class of a third is best below a half");
        var decided = found.Decisions(x, 2);
        var p = found.Probabilities(x, 2);
        for (var k = 0; k < x.Length; k++)
            if (Math.Abs(p[k] - found.Thresholds[k % 2]) > 1e-6) Assert.That(decided[k] > 0, Is.EqualTo(p[k] > found.Thresholds[k % 2]));
    }

    // The shift by logarithms is the correction of probabilities.
    [Test]
    public void A_shift_is_the_correction_of_priors()
    {
        float[] x = [1.5f, -0.5f, 0.25f];
        double[] learnt = [0.3, 0.3, 0.4], real = [0.8, 0.15, 0.05];
        var plain = new Calibration { HasClasses = true };
        var shifted = plain with { Shift = [.. real.Zip(learnt, (r, l) => Math.Log(r / l))] };

        Assert.That(shifted.Probabilities(x, 3), Is.EqualTo(PriorCorrection.Of([.. plain.Probabilities(x, 3).Select(p => (double)p)], learnt, real)).Within(1e-6));
    }

    [Test]
    public void It_is_kept_as_text_and_bad_text_is_named()
    {
        var whole = new Calibration { HasClasses = true, Shift = [0.5, -0.25], Temperatures = [1.75], Thresholds = [0.3], Goal = ThresholdGoal.F1, ErrorBefore = 0.125, ErrorAfter = 0.0625 };

        Assert.That(Calibration.FromJson(whole.ToJson()).ToJson(), Is.EqualTo(whole.ToJson()));
        Assert.That(() => Calibration.FromJson("""{"hasClasses":true,"temperatures":[0]}"""), Throws.TypeOf<InvalidDataException>().With.Message.Contains("above 0"));
        Assert.That(() => Calibration.Fit([1, 2, 3], 3, [0], [0], true, new() { Threshold = ThresholdGoal.F1 }), Throws.ArgumentException.With.Message.Contains("found 3 classes"));
    }
}
