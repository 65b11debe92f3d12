using System.Diagnostics;
using System.Globalization;
using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Optim;
using GraphTune.Kernels;

namespace GraphTune.Gnn;

/// <summary>One run of a <see cref="Trainer"/>: its optimizer state, its best weights and its clock.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly Trainer options;
    private readonly Module model;
    private readonly Func<Tape, Var> loss;
    private readonly Func<double>? validate;
    private readonly Device device;
    private readonly Optimizer optimizer;
    private readonly EarlyStopping stopping;
    private readonly WeightSnapshot? best;
    private readonly Tensor meanLoss;
    private readonly List<EpochReport> history = [];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private WeightSnapshot? average;
    private int step;
    private double rate;

    public TrainingRun(Trainer options, Module model, Func<Tape, Var> loss, Func<double>? validate)
    {
        (this.options, this.model, this.loss, this.validate, optimizer) = (options, model, loss, validate, options.Optimizer());
        device = model.Parameters.First().Value.Device;
        device.Pool.ResetPeak();
        stopping = new(options.Patience, options.HigherIsBetter, options.Smoothing);
        best = validate is null ? null : new WeightSnapshot(model);
        meanLoss = new Tensor(device, new Shape(1));
    }

    public TrainReport ToEnd(Func<int, IEnumerable<ParameterGroup>> groups)
    {
        for (var epoch = 0; epoch < options.Epochs && !stopping.Expired(epoch - 1) && !options.Cancel.IsCancellationRequested; epoch++)
        {
            ParameterGroup[] learning = [.. groups(epoch)];
            Watch(learning);
            if (!Epoch(learning)) break;
            Judge(epoch);
        }
        (best ?? average)?.Restore();
        return new(best is null ? history.Count - 1 : stopping.BestEpoch, best is null ? null : stopping.BestScore,
            history, clock.Elapsed.TotalSeconds, device.Pool.PeakBytes, options.Cancel.IsCancellationRequested);
    }

    // A parameter learns exactly when some group that is not frozen holds it.
    private void Watch(ParameterGroup[] learning)
    {
        foreach (var (_, p) in model.Parameters) p.Tracks = false;
        foreach (var (_, p) in learning.Where(g => !g.Frozen).SelectMany(g => g.Parameters)) p.Tracks = true;
    }

    // False where it was told to stop within.
    private bool Epoch(ParameterGroup[] learning)
    {
        for (var i = 0; i < options.StepsPerEpoch; i++, step++)
        {
            if (options.Cancel.IsCancellationRequested) return false;
            Step(learning, first: i == 0);
        }
        return true;
    }

    private void Step(ParameterGroup[] learning, bool first)
    {
        foreach (var (_, p) in model.Parameters) p.ClearGrad();
        for (var part = 0; part < options.Accumulate; part++)
        {
            using var tape = Tape.Train(device, options.Seed, (uint)(step * options.Accumulate + part));
            var value = loss(tape);
            tape.Backward(value, 1f / options.Accumulate);
            device.Run(new Axpby(1f / (options.StepsPerEpoch * options.Accumulate), value, first && part == 0 ? 0f : 1f, meanLoss));
        }
        optimizer.Step(learning, options.Schedule, step, options.ClipNorm);
        Average(options.Average?.AfterStep(step) ?? 0f);
        rate = learning.Max(group => options.Schedule.Rate(step, group.LearningRate));
    }

    private void Judge(int epoch)
    {
        var mean = (double)meanLoss.Item();
        if (!double.IsFinite(mean)) throw NotFinite(epoch, $"the loss is {mean}");   // before a metric trips over what such weights predict
        Average(options.Average?.AfterEpoch(epoch, options.Epochs) ?? 0f);
        var score = average is null ? Offer(epoch) : average.While(() => Offer(epoch));
        history.Add(new(epoch, options.Epochs, mean, score, rate, clock.Elapsed.TotalSeconds));
        options.Progress?.Invoke(history[^1]);
    }

    private void Average(float share)
    {
        if (share == 0f) return;
        if (average is null) average = new(model);
        else average.Approach(share);
    }

    // What is kept is what was scored: the average, where there is one.
    private double? Offer(int epoch)
    {
        var score = Score(epoch);
        if (score is { } s && stopping.Offer(epoch, s)) best!.Keep();
        return score;
    }

    // The epoch's last step may break weights after a loss that was finite still.
    private double? Score(int epoch)
    {
        try
        {
            return validate?.Invoke();
        }
        catch (ArgumentException) when (model.Parameters.Any(p => !Finite(p.Value)))
        {
            throw NotFinite(epoch, $"weights are not finite");
        }
    }

    private ArithmeticException NotFinite(int epoch, FormattableString what)
    {
        var broken = model.Parameters.FirstOrDefault(p => p.Value.HasGrad && !Finite(p.Value.Grad)).Path;
        best?.Restore();
        return new(string.Create(CultureInfo.InvariantCulture,
            $"{what.ToString(CultureInfo.InvariantCulture)} in epoch {epoch} at learning rate {rate:g3}; the first gradient that is not finite is that of {broken ?? "no parameter"}; use a smaller rate or a smaller ClipNorm"));
    }

    private static bool Finite(Tensor x) => Array.TrueForAll(x.ToArray(), float.IsFinite);

    public void Dispose()
    {
        optimizer.Dispose();
        best?.Dispose();
        average?.Dispose();
        meanLoss.Dispose();
    }
}
