namespace GraphTune.Gnn.Optim;

internal sealed record SequentialSchedule((Schedule Part, int Until)[] Parts) : Schedule
{
    public override double Rate(int step, double baseRate)
    {
        var (part, own) = At(step);
        return part.Rate(own, baseRate);
    }

    public override double? Momentum(int step)
    {
        var (part, own) = At(step);
        return part.Momentum(own);
    }

    public override string ToString() => string.Join(", then ", Parts.Select((p, i) => i < Parts.Length - 1 ? $"{p.Part} until step {p.Until}" : $"{p.Part}"));

    private (Schedule Part, int Step) At(int step)
    {
        var i = 0;
        while (i < Parts.Length - 1 && step >= Parts[i].Until) i++;
        return (Parts[i].Part, i == 0 ? step : step - Parts[i - 1].Until);
    }
}
