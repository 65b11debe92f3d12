namespace GraphTune.Gnn.Optim;

internal sealed record StepSchedule(int Every, double Gamma) : Schedule
{
    public override double Rate(int step, double baseRate) => baseRate * Math.Pow(Gamma, step / Every);
}
