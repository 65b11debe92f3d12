namespace GraphTune.Gnn.Optim;

internal sealed record LinearSchedule(double From, double To, int Steps) : Schedule
{
    public override double Rate(int step, double baseRate) => baseRate * (From + (To - From) * Math.Min(step, Steps) / Steps);
}
