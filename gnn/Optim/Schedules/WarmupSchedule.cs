namespace GraphTune.Gnn.Optim;

internal sealed record WarmupSchedule(int Steps, Schedule Then) : Schedule
{
    public override double Rate(int step, double baseRate) => Then.Rate(0, baseRate) * (step + 1) / (Steps + 1);

    public override double? Momentum(int step) => Then.Momentum(0);
}
