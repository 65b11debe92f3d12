namespace GraphTune.Gnn.Optim;

internal sealed record CosineSchedule(int Steps, double Floor) : Schedule
{
    public override double Rate(int step, double baseRate) => Floor + (baseRate - Floor) * (1 + Math.Cos(Math.PI * step / Steps)) / 2;
}
