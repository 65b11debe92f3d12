using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn;

/// <summary>Finds a learning rate: a short run whose rate rises exponentially, and the rate at which the loss fell fastest.</summary>
/// <remarks>Smith 2017, arXiv:1506.01186, section 3.3. The model has its weights back afterwards, bit for bit. The loss is read from the device at every step.</remarks>
public sealed record RateFinder
{
    /// <summary>The first rate, above 0.</summary>
    public float From { get; init; } = 1e-6f;

    /// <summary>The last rate.</summary>
    public float To { get; init; } = 1f;

    /// <summary>Steps of the sweep, at least 2.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>How much of the smoothed loss stays from step to step, 0 to below 1; what is missing at the start is made up for.</summary>
    public double Smoothing { get; init; } = 0.9;

    /// <summary>The sweep ends where the smoothed loss is this many times its smallest.</summary>
    public double Diverges { get; init; } = 4;

    /// <summary>Names every random number of the sweep.</summary>
    public ulong Seed { get; init; }

    /// <summary>Runs the sweep.</summary>
    /// <param name="model">What learns.</param>
    /// <param name="groups">Who learns; the largest rate among them is swept, the others keep their ratio to it.</param>
    /// <param name="loss">One number computed on the tape it is given.</param>
    /// <exception cref="ArgumentException">No group learns at a rate above 0.</exception>
    public RateSweep Run(Module model, IEnumerable<ParameterGroup> groups, Func<Tape, Var> loss)
    {
        ParameterGroup[] learning = [.. groups.Where(g => !g.Frozen)];
        var largest = learning.Select(g => g.LearningRate).DefaultIfEmpty().Max();
        if (!(largest > 0) || !(From > 0) || !(To > From) || Steps < 2) throw new ArgumentException($"RateFinder: needs a group that learns, at least 2 steps, and rates that rise from above 0; found a largest rate of {largest}, {Steps} steps, {From} to {To}");
        using var before = new WeightSnapshot(model);
        try
        {
            return Sweep(model, learning, loss, largest);
        }
        finally
        {
            before.Restore();
        }
    }

    private RateSweep Sweep(Module model, ParameterGroup[] learning, Func<Tape, Var> loss, float largest)
    {
        foreach (var (_, p) in model.Parameters) p.Tracks = false;
        foreach (var (_, p) in learning.SelectMany(g => g.Parameters)) p.Tracks = true;
        var device = model.Parameters.First().Value.Device;
        using var optimizer = new AdamW();
        var (points, average, lowest) = (new List<RatePoint>(), 0.0, double.PositiveInfinity);
        for (var step = 0; step < Steps; step++)
        {
            var rate = From * Math.Pow(To / From, step / (Steps - 1.0));
            var value = Step(model, learning, loss, optimizer, device, step, rate / largest);
            average = Smoothing * average + (1 - Smoothing) * value;
            var smooth = average / (1 - Math.Pow(Smoothing, step + 1));
            if (!double.IsFinite(smooth) || smooth > Diverges * lowest) break;
            lowest = Math.Min(lowest, smooth);
            points.Add(new((float)rate, value, smooth));
        }
        return new(points);
    }

    private double Step(Module model, ParameterGroup[] learning, Func<Tape, Var> loss, AdamW optimizer, Device device, int step, double factor)
    {
        foreach (var (_, p) in model.Parameters) p.ClearGrad();
        using var tape = Tape.Train(device, Seed, (uint)step);
        var value = loss(tape);
        tape.Backward(value);
        optimizer.Step(learning, Schedule.Constant(factor), step);
        return value.Item();
    }
}

/// <summary>One step of a sweep.</summary>
/// <param name="Rate">The largest group's rate.</param>
/// <param name="Loss">The loss before the step.</param>
/// <param name="Smooth">The smoothed loss.</param>
public sealed record RatePoint(float Rate, double Loss, double Smooth);

/// <summary>What a <see cref="RateFinder"/> saw.</summary>
/// <param name="Points">The steps, up to where the loss diverged.</param>
public sealed record RateSweep(IReadOnlyList<RatePoint> Points)
{
    /// <summary>The rate at which the smoothed loss fell fastest with the logarithm of the rate; NaN where it never fell.</summary>
    public float Suggestion
    {
        get
        {
            var (steepest, rate) = (0.0, float.NaN);
            for (var i = 1; i < Points.Count - 1; i++)
            {
                var slope = Points[i + 1].Smooth - Points[i - 1].Smooth;   // equal steps of the logarithm
                if (slope < steepest) (steepest, rate) = (slope, Points[i].Rate);
            }
            return rate;
        }
    }
}
