namespace GraphTune.Gnn.Optim;

/// <summary>The learning rate over time: a pure function of the step and the base rate of a parameter group.</summary>
/// <remarks>
/// Steps count from 0, and <see cref="Rate"/> is the one used in that step; so nothing is stored and a run can resume anywhere.
/// The forms and their edges are PyTorch's. A schedule does not end: past its last step it goes on as its remarks say.
/// <see cref="OneCycle"/> has a type of its own for its options; a schedule of your own is one more type.
/// </remarks>
public abstract record Schedule
{
    /// <summary>The rate used in a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="baseRate">The rate of the parameter group.</param>
    public abstract double Rate(int step, double baseRate);

    /// <summary>The momentum (Adam: β₁) used in a step; null where the optimizer's own stays.</summary>
    /// <param name="step">The step, from 0.</param>
    public virtual double? Momentum(int step) => null;

    /// <summary>The base rate times a factor for some steps, and the base rate afterwards.</summary>
    /// <param name="factor">What the base rate is multiplied by.</param>
    /// <param name="steps">For how many steps; for ever by default.</param>
    /// <remarks>PyTorch: <c>ConstantLR</c>.</remarks>
    public static Schedule Constant(double factor = 1, int steps = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return new ConstantSchedule(factor, steps);
    }

    /// <summary>A straight line from one multiple of the base rate to another: base·(from + (to − from)·min(t, steps) ÷ steps).</summary>
    /// <param name="from">The factor at step 0.</param>
    /// <param name="to">The factor from step <paramref name="steps"/> on.</param>
    /// <param name="steps">After how many steps the end is reached.</param>
    /// <remarks>PyTorch: <c>LinearLR</c>.</remarks>
    public static Schedule Linear(double from, double to, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        return new LinearSchedule(from, to, steps);
    }

    /// <summary>Half a cosine from the base rate down: floor + (base − floor)·(1 + cos(π·t ÷ steps)) ÷ 2.</summary>
    /// <param name="steps">After how many steps the floor is reached.</param>
    /// <param name="floor">The lowest rate, in the unit of rates.</param>
    /// <remarks>PyTorch: <c>CosineAnnealingLR</c>; past the last step the rate rises again, as there. Loshchilov and Hutter 2017.</remarks>
    public static Schedule Cosine(int steps, double floor = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        return new CosineSchedule(steps, floor);
    }

    /// <summary>The base rate times <paramref name="gamma"/> once more after every so many steps: base·γ^⌊t ÷ every⌋.</summary>
    /// <param name="every">Steps between two falls.</param>
    /// <param name="gamma">What the rate is multiplied by.</param>
    /// <remarks>PyTorch: <c>StepLR</c>, and <c>ExponentialLR</c> with <paramref name="every"/> = 1.</remarks>
    public static Schedule Step(int every, double gamma = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
        return new StepSchedule(every, gamma);
    }

    /// <summary>One schedule after another; each counts its own steps from 0.</summary>
    /// <param name="parts">A schedule, and the step at which the next takes over; the last one's is never reached.</param>
    /// <remarks>PyTorch: <c>SequentialLR</c>.</remarks>
    /// <exception cref="ArgumentException">There is no part, or the steps do not rise.</exception>
    public static Schedule Sequence(params (Schedule Part, int Until)[] parts)
    {
        if (parts.Length == 0) throw new ArgumentException("A sequence of schedules needs at least one.");
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Until <= (i == 0 ? 0 : parts[i - 1].Until))
                throw new ArgumentException($"Part {i} of the sequence ends at step {parts[i].Until}, but starts at {(i == 0 ? 0 : parts[i - 1].Until)}; the steps must rise.");
        }
        return new SequentialSchedule(parts);
    }

    /// <summary>This schedule after a linear warm-up: step t of the warm-up uses (t + 1) ÷ (steps + 1) of this schedule's first rate.</summary>
    /// <param name="steps">How many steps the warm-up takes; 0 for none.</param>
    /// <remarks>No step is lost at rate 0, and none of the warm-up has the full rate yet.</remarks>
    public Schedule AfterWarmup(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return steps == 0 ? this : Sequence((new WarmupSchedule(steps, this), steps), (this, int.MaxValue));
    }
}
