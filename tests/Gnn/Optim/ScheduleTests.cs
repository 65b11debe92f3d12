using GraphTune.Gnn.Optim;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ScheduleTests
{
    [Test]
    public void A_constant_is_a_factor_for_its_steps_and_the_base_rate_afterwards()
    {
        Assert.That(Rates(Schedule.Constant(), 0, 1000), Is.EqualTo([0.1, 0.1]));
        Assert.That(Rates(Schedule.Constant(0.5, steps: 3), 2, 3), Is.EqualTo([0.05, 0.1]));
    }

    [Test]
    public void A_line_stays_at_its_end() =>
        Assert.That(Rates(Schedule.Linear(1, 0, steps: 4), 0, 1, 4, 9), Is.EqualTo([0.1, 0.075, 0, 0]).Within(1e-16));

    [Test]
    public void A_cosine_falls_to_its_floor_and_rises_again() =>
        Assert.That(Rates(Schedule.Cosine(steps: 8, floor: 0.02), 0, 4, 8, 12, 16), Is.EqualTo([0.1, 0.06, 0.02, 0.06, 0.1]).Within(1e-16));

    [Test]
    public void Steps_fall_all_at_once() =>
        Assert.That(Rates(Schedule.Step(every: 3, gamma: 0.5), 0, 2, 3, 5, 6), Is.EqualTo([0.1, 0.1, 0.05, 0.05, 0.025]).Within(1e-16));

    [Test]
    public void Parts_of_a_sequence_count_their_own_steps()
    {
        var schedule = Schedule.Sequence((Schedule.Linear(0.5, 1, steps: 2), 2), (Schedule.Step(every: 2, gamma: 0.1), 6), (Schedule.Constant(2), int.MaxValue));

        Assert.That(Rates(schedule, 0, 1, 2, 3, 4, 5, 6, 99), Is.EqualTo([0.05, 0.075, 0.1, 0.1, 0.01, 0.01, 0.2, 0.2]).Within(1e-16));
    }

    [Test]
    public void A_warm_up_never_uses_rate_0_and_leads_to_the_first_rate_of_what_follows() =>
        Assert.That(Rates(Schedule.Cosine(steps: 4).AfterWarmup(4), 0, 3, 4, 6, 8), Is.EqualTo([0.02, 0.08, 0.1, 0.05, 0]).Within(1e-16));

    [Test]
    public void A_warm_up_of_no_steps_is_none() =>
        Assert.That(Schedule.Cosine(4).AfterWarmup(0), Is.EqualTo(Schedule.Cosine(4)));

    [Test]
    public void One_cycle_goes_up_and_far_down_and_stays_there()
    {
        var cycle = new OneCycle(Steps: 21) { Up = 0.5, Anneal = Anneal.Linear, Divisor = 10, FinalDivisor = 100 };

        // The way up ends at 0.5·21 − 1 = 9.5.
        Assert.That(Rates(cycle, 0, 19, 20, 50), Is.EqualTo([0.01, 0.0001 + 0.0999 / 10.5, 0.0001, 0.0001]).Within(1e-16));
        Assert.That(cycle.Rate(9, 0.1), Is.EqualTo(0.01 + 0.09 * 9 / 9.5).Within(1e-16));
        Assert.That(cycle.Momentum(0), Is.EqualTo(0.95));
        Assert.That(cycle.Momentum(9), Is.EqualTo(0.95 - 0.1 * 9 / 9.5).Within(1e-16));
        Assert.That(cycle.Momentum(20), Is.EqualTo(0.95).Within(1e-16));
    }

    [Test]
    public void One_cycle_of_three_phases_mirrors_the_way_up()
    {
        var cycle = new OneCycle(Steps: 20) { Up = 0.25, ThreePhases = true, Divisor = 10, FinalDivisor = 100, CyclesMomentum = false };

        Assert.That(Rates(cycle, 0, 4, 8, 19), Is.EqualTo([0.01, 0.1, 0.01, 0.0001]).Within(1e-16));
        Assert.That(cycle.Rate(3, 0.1), Is.EqualTo(cycle.Rate(5, 0.1)).Within(1e-16));
        Assert.That(cycle.Momentum(3), Is.Null);
    }

    [Test]
    public void A_cosine_cycle_meets_its_corners() =>
        Assert.That(Rates(new OneCycle(Steps: 20), 0, 5, 19), Is.EqualTo([0.004, 0.1, 4e-7]).Within(1e-16));

    [Test]
    public void Impossible_schedules_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Cosine(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Linear(0, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Step(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new OneCycle(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new OneCycle(5) { Up = 1.5 });
        Assert.Throws<ArgumentException>(() => Schedule.Sequence((Schedule.Cosine(4), 5), (Schedule.Cosine(4), 5)));
        Assert.Throws<ArgumentException>(() => Schedule.Sequence());
    }

    private static double[] Rates(Schedule schedule, params int[] steps) => [.. steps.Select(step => schedule.Rate(step, 0.1))];
}
