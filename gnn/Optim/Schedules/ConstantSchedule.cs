namespace GraphTune.Gnn.Optim;

internal sealed record ConstantSchedule(double Factor, int Steps) : Schedule
{
    public override double Rate(int step, double baseRate) => step < Steps ? baseRate * Factor : baseRate;
}
