namespace GraphTune.Gnn.Optim;

/// <summary>How a rate moves between two values.</summary>
public enum Anneal
{
    /// <summary>Along half a cosine.</summary>
    Cosine,

    /// <summary>Along a straight line.</summary>
    Linear,
}

/// <summary>One cycle: up from a small rate to the base rate, then down to a far smaller one, while momentum moves the other way (Smith and Topin 2018).</summary>
/// <param name="Steps">Number of steps of the whole cycle; past the last one its values stay.</param>
/// <remarks>
/// PyTorch: <c>OneCycleLR</c>, with the base rate of the group as its <c>max_lr</c>.
/// A phase need not end on a whole step: it ends at a fraction, and the next is measured from there, as in PyTorch.
/// </remarks>
public sealed record OneCycle(int Steps) : Schedule
{
    /// <summary>Number of steps of the whole cycle, at least 1.</summary>
    public int Steps { get; } = Steps > 0 ? Steps : throw new ArgumentOutOfRangeException(nameof(Steps), Steps, "A cycle needs at least one step.");

    /// <summary>The share of steps on the way up, 0 to 1.</summary>
    public double Up { get; init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Up), value, "The way up is a share of the steps, 0 to 1."); } = 0.3;

    /// <summary>The highest rate ÷ the first one.</summary>
    public double Divisor { get; init; } = 25;

    /// <summary>The first rate ÷ the last one.</summary>
    public double FinalDivisor { get; init; } = 1e4;

    /// <summary>How rates and momentum move between their values.</summary>
    public Anneal Anneal { get; init; } = Anneal.Cosine;

    /// <summary>Whether a third phase falls from the first rate to the last, after one that mirrors the way up.</summary>
    public bool ThreePhases { get; init; }

    /// <summary>Whether momentum moves too.</summary>
    public bool CyclesMomentum { get; init; } = true;

    /// <summary>Momentum where the rate is highest.</summary>
    public double LowMomentum { get; init; } = 0.85;

    /// <summary>Momentum at both ends.</summary>
    public double HighMomentum { get; init; } = 0.95;

    /// <inheritdoc/>
    public override double Rate(int step, double baseRate)
    {
        var first = baseRate / Divisor;
        var last = first / FinalDivisor;
        return At(step, ThreePhases ? [first, baseRate, first, last] : [first, baseRate, last]);
    }

    /// <inheritdoc/>
    public override double? Momentum(int step) => !CyclesMomentum ? null
        : At(step, ThreePhases ? [HighMomentum, LowMomentum, HighMomentum, HighMomentum] : [HighMomentum, LowMomentum, HighMomentum]);

    private double At(int step, ReadOnlySpan<double> corners)
    {
        step = Math.Min(step, Steps - 1);
        ReadOnlySpan<double> ends = ThreePhases ? [Up * Steps - 1, 2 * Up * Steps - 2, Steps - 1] : [Up * Steps - 1, Steps - 1];
        var phase = 0;
        while (phase < ends.Length - 1 && step > ends[phase]) phase++;
        var begin = phase == 0 ? 0 : ends[phase - 1];
        var part = ends[phase] == begin ? 1 : (step - begin) / (ends[phase] - begin);
        var (from, to) = (corners[phase], corners[phase + 1]);
        return Anneal == Anneal.Linear ? from + (to - from) * part : to + (from - to) / 2 * (1 + Math.Cos(Math.PI * part));
    }
}
