using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Optim;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Fast))]
public sealed class TrainerTests(Device device)
{
    private sealed class Weights : Module
    {
        public Weights(Device device) => W = Add("w", Init.Constant(device, new Shape(3), 1f));

        public Parameter W { get; }
    }

    private static Func<int, IEnumerable<ParameterGroup>> At(Module model, float rate) => _ => [new("all", model.Parameters, rate)];

    private static Func<Tape, Var> SquareOf(Weights model, float factor = 1f) => tape =>
    {
        var w = tape.Input(model.W);
        return (w * w).Mean() * factor;
    };

    [Test]
    public void The_best_weights_are_restored_bit_for_bit()
    {
        using var model = new Weights(device);
        double[] scores = [0.1, 0.5, 0.3, 0.2];
        var seen = new List<float[]>();

        var report = new Trainer { Epochs = 4 }.Run(model, At(model, 0.1f), SquareOf(model), () =>
        {
            seen.Add(model.W.ToArray());
            return scores[seen.Count - 1];
        });

        Assert.That((report.BestEpoch, report.Validation, report.Epochs.Count), Is.EqualTo((1, 0.5, 4)));
        Assert.That(model.W.ToArray(), Is.EqualTo(seen[1]).And.Not.EqualTo(seen[3]));
    }

    [Test]
    public void Patience_ends_training()
    {
        using var model = new Weights(device);
        var epoch = 0;

        var report = new Trainer { Epochs = 100, Patience = 3 }.Run(model, At(model, 0.1f), SquareOf(model), () => epoch++ == 2 ? 1 : 0);

        Assert.That((report.BestEpoch, report.Epochs.Count), Is.EqualTo((2, 6)));
    }

    [Test]
    public void Without_validation_the_last_weights_stay()
    {
        using var model = new Weights(device);

        var report = new Trainer { Epochs = 5, StepsPerEpoch = 2 }.Run(model, At(model, 0.1f), SquareOf(model));

        Assert.That((report.BestEpoch, report.Validation), Is.EqualTo((4, (double?)null)));
        Assert.That(model.W.ToArray(), Is.All.LessThan(0.5f));
    }

    [Test]
    public void The_loss_of_an_epoch_is_the_mean_over_its_steps()
    {
        using var model = new Weights(device);
        var losses = new List<float>();

        var report = new Trainer { Epochs = 2, StepsPerEpoch = 3, Accumulate = 2 }.Run(model, At(model, 0.1f), tape =>
        {
            var loss = SquareOf(model)(tape);
            losses.Add(loss.Item());
            return loss;
        });

        Assert.That(losses, Has.Count.EqualTo(12));
        Assert.That(report.Epochs.Select(e => e.Loss), Is.EqualTo(losses.Chunk(6).Select(c => (double)c.Average())).Within(1e-6));
    }

    [Test]
    public void Two_halves_of_a_loss_make_the_same_step_as_the_whole()
    {
        using Weights whole = new(device), halves = new(device);

        new Trainer { Epochs = 3 }.Run(whole, At(whole, 0.1f), SquareOf(whole));
        new Trainer { Epochs = 3, Accumulate = 2 }.Run(halves, At(halves, 0.1f), SquareOf(halves));

        Assert.That(halves.W.ToArray(), Is.EqualTo(whole.W.ToArray()));
    }

    [Test]
    public void A_loss_that_is_not_finite_stops_with_epoch_rate_and_parameter_and_the_best_weights()
    {
        using var model = new Weights(device);
        var best = Array.Empty<float>();
        var epoch = 0;

        Assert.That(() => new Trainer { Epochs = 9 }.Run(model, At(model, 0.25f),
            tape => SquareOf(model, epoch < 2 ? 1f : float.NaN)(tape),
            () =>
            {
                if (epoch++ == 0) best = model.W.ToArray();
                return -epoch;
            }), Throws.TypeOf<ArithmeticException>().With.Message.Contains("epoch 2").And.Message.Contains("0.25").And.Message.Contains("of w"));
        Assert.That(model.W.ToArray(), Is.EqualTo(best));
    }

    [TestCase(float.NaN, "the loss is NaN")]
    [TestCase(float.PositiveInfinity, "weights are not finite")]
    public void A_diverged_run_says_so_before_a_metric_does(float broken, string what)
    {
        using var model = new Weights(device);
        var best = Array.Empty<float>();
        var epoch = 0;

        Assert.That(() => new Trainer { Epochs = 9 }.Run(model, At(model, 0.25f), Loss, () =>
        {
            if (epoch++ == 0) best = model.W.ToArray();
            return -RocAuc.Of(model.W.ToArray(), [1, 0, 1]) - epoch;
        }), Throws.TypeOf<ArithmeticException>().With.Message.Contains(what).And.Message.Contains("epoch 2").And.Message.Contains("of w"));
        Assert.That(model.W.ToArray(), Is.EqualTo(best));

        // 1 / √ is a number near 0, but its slope is none: the loss is finite, and the step is not.
        Var Loss(Tape tape) => epoch < 2 ? SquareOf(model)(tape) : float.IsNaN(broken) ? SquareOf(model, broken)(tape) : (tape.Input(model.W) * 0f + 1e-26f).Map<Rsqrt>().Mean();
    }

    [Test]
    public void Told_to_stop_it_keeps_the_best_weights_so_far()
    {
        using var model = new Weights(device);
        using var stop = new CancellationTokenSource();
        var best = Array.Empty<float>();

        var report = new Trainer { Epochs = 100, Cancel = stop.Token, Progress = e => { if (e.Epoch == 3) stop.Cancel(); } }
            .Run(model, At(model, 0.1f), SquareOf(model), () =>
            {
                if (best.Length == 0) best = model.W.ToArray();
                return best.AsSpan().SequenceEqual(model.W.ToArray()) ? 1 : 0;
            });

        Assert.That((report.Cancelled, report.Epochs.Count, report.BestEpoch), Is.EqualTo((true, 4, 0)));
        Assert.That(model.W.ToArray(), Is.EqualTo(best));
    }

    [Test]
    public void Progress_shows_the_rate_of_the_schedule()
    {
        using var model = new Weights(device);
        var rates = new List<double>();

        new Trainer { Epochs = 3, Schedule = Schedule.Linear(1, 0.5, 2), Progress = e => rates.Add(e.LearningRate) }.Run(model, At(model, 0.1f), SquareOf(model));

        Assert.That(rates, Is.EqualTo(new[] { 0.1, 0.075, 0.05 }).Within(1e-7));
    }

    [Test]
    public void Everything_taken_is_given_back()
    {
        using var model = new Weights(device);
        var before = device.Pool.LiveBytes;

        new Trainer { Epochs = 2 }.Run(model, At(model, 0.1f), SquareOf(model), () => 0);
        model.W.Dispose();

        Assert.That(device.Pool.LiveBytes, Is.LessThan(before));
    }
}
