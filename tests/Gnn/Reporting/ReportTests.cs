using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Reporting;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ReportTests
{
    private static ReportCell Last(ReportResult result, string method) => result.Methods.Single(m => m.Name == method).Cells[^1];

    [Test]
    public void A_clear_gain_is_better_and_worth_labels([Values(6, 12)] int seeds)
    {
        var result = MadeReport.Of(gain: 0.05, seeds).Run(MadeReport.Bench);

        var small = result.Chosen.Cells[0];
        Assert.That(result.Chosen.Cells.Select(c => c.Gain!.Verdict), Is.All.EqualTo("better"));
        Assert.That(small.Gain!.Mean.Estimate, Is.EqualTo(0.05).Within(0.005));
        Assert.That(small.Equivalence!.Value.Labels.Estimate, Is.EqualTo(16).Within(1.5));   // 0.05 is a doubling
        Assert.That(Last(result, "recipe").Equivalence!.Value.ToString(), Is.EqualTo("≥ 32"));
        Assert.That(result.Intervals, Is.EqualTo(seeds < 10 ? "t" : "bootstrap"));
        Assert.That(result.Comparisons, Is.EqualTo(3));
        Assert.That(ReportSummary.Lead(result), Does.StartWith("With 32 labels, the recipe is better than training from scratch by 5.").And.Contain("The recipe with 8 labels equals scratch with 1"));
        Assert.That(result.Warnings, Is.Empty);
    }

    [Test]
    public void Where_scratch_wins_it_warns_of_negative_transfer()
    {
        var result = MadeReport.Of(gain: -0.05).Run(MadeReport.Bench);

        Assert.That(Last(result, "recipe").Gain!.Verdict, Is.EqualTo("worse"));
        Assert.That(result.Warnings, Has.Some.StartsWith("Negative transfer: with 32 labels, training from scratch beats the recipe by 5."));
        Assert.That(ReportSummary.Lead(result), Does.Contain("pre-training hurts here"));
    }

    [Test]
    public void Without_a_gain_nothing_is_called_better()
    {
        var result = MadeReport.Of(gain: 0).Run(MadeReport.Bench);

        Assert.That(result.Chosen.Cells.Select(c => c.Gain!.Verdict), Is.All.EqualTo("no detectable difference"));
        Assert.That(result.ToHtml() + result.ToModelCard(), Does.Not.Match("better than|>better<|beats"));
    }

    [Test]
    public void Many_strategies_make_each_verdict_harder()
    {
        IMethod Slight(int i) => new MadeMethod($"slight-{i}", (labels, seed) => 0.4 + 0.1 * Math.Log(labels / 8.0) / Math.Log(4) + 0.0012 + MadeReport.Noise(seed, (ulong)i + 10));
        var report = MadeReport.Of(gain: 0, seeds: 6) with { Budgets = [null] };
        var alone = (report with { Methods = [.. report.Methods.Where(m => m.Name is "scratch"), Slight(0)] }).Run(MadeReport.Bench);
        var many = (report with { Methods = [.. report.Methods.Where(m => m.Name is "scratch"), .. Enumerable.Range(0, 12).Select(Slight)] }).Run(MadeReport.Bench);

        Assert.That((alone.Comparisons, many.Comparisons), Is.EqualTo((1, 12)));
        Assert.That(Last(alone, "slight-0").Gain!.HolmP, Is.EqualTo(Last(alone, "slight-0").Gain!.P));
        Assert.That(Last(many, "slight-0").Gain!.P, Is.EqualTo(Last(alone, "slight-0").Gain!.P));
        Assert.That(many.Methods.Skip(1).Select(m => m.Cells[^1].Gain!), Is.All.Matches<ReportGain>(g => g.HolmP >= g.P && (g.Verdict == "no detectable difference" || g.HolmP <= 0.05)));
        Assert.That(ReportSummary.Method(many), Does.Contain("12 comparisons"));
    }

    [Test]
    public void Equal_differences_speak_by_their_signs_alone()
    {
        var report = MadeReport.Of(gain: 0, seeds: 3) with { Budgets = [null], Methods = [new MadeMethod("scratch", (_, _) => 0.5), new MadeMethod("recipe", (_, _) => 0.75)] };

        Assert.That(report.Run(MadeReport.Bench).Chosen.Cells[0].Gain!.Verdict, Is.EqualTo("no detectable difference"));
        Assert.That((report with { Seeds = 8 }).Run(MadeReport.Bench).Chosen.Cells[0].Gain!.Verdict, Is.EqualTo("better"));
    }

    [Test]
    public void One_seed_claims_nothing()
    {
        var result = MadeReport.Of(gain: 0.2, seeds: 1).Run(MadeReport.Bench);

        Assert.That(Last(result, "recipe").Gain!.Verdict, Is.EqualTo("no detectable difference"));
        Assert.That(ReportSummary.Lead(result), Does.StartWith("One seed"));
    }

    [Test]
    public void A_score_that_is_undefined_is_left_out_and_said()
    {
        var result = MadeReport.Of(gain: 0.05, seeds: 6, new MadeMethod("odd", (_, seed) => seed == 2 ? double.NaN : 0.6)).Run(MadeReport.Bench);

        Assert.That(Last(result, "odd").Runs, Has.Count.EqualTo(5));
        Assert.That(result.Warnings, Has.Some.Contains("odd with 32 labels: 5 of 6 runs have a score"));
    }

    [Test]
    public void A_run_that_diverges_does_not_end_the_report()
    {
        var result = MadeReport.Of(gain: 0.05, seeds: 3, new MadeMethod("wild", (_, seed) => seed == 1 ? throw new ArithmeticException("the loss is NaN") : 0.6)).Run(MadeReport.Bench);

        Assert.That(result.Warnings, Has.Some.Contains("wild with 8 labels, seed 1, was left out: the loss is NaN"));
        Assert.That(Last(result, "wild").Runs, Has.Count.EqualTo(2));
    }

    [Test]
    public void Told_to_stop_it_judges_the_runs_that_had_ended()
    {
        using var stop = new CancellationTokenSource();
        var ended = 0;

        var result = (MadeReport.Of(gain: 0.05) with { Cancel = stop.Token, RunEnded = (_, _, _) => { if (++ended == 21) stop.Cancel(); } }).Run(MadeReport.Bench);

        Assert.That(result.Cancelled);
        Assert.That(Last(result, "scratch").Runs, Has.Count.EqualTo(2));
        Assert.That(result.Warnings[0], Does.StartWith("Stopped before the end"));
    }

    [Test]
    public void What_cannot_be_is_refused()
    {
        var report = MadeReport.Of(gain: 0);

        Assert.That(() => (report with { Budgets = [3] }).Run(MadeReport.Bench), Throws.TypeOf<InvalidDataException>().With.Message.Contains("at least 4"));
        Assert.That(() => (report with { Budgets = [33] }).Run(MadeReport.Bench), Throws.TypeOf<InvalidDataException>().With.Message.Contains("32"));
        Assert.That(() => (report with { Methods = [.. report.Methods, new MadeMethod("recipe", (_, _) => 0)] }).Run(MadeReport.Bench), Throws.ArgumentException);
        Assert.That(() => (report with { Methods = [new MadeMethod("recipe", (_, _) => 0)] }).Run(MadeReport.Bench), Throws.ArgumentException);
    }

    [Test]
    public void Real_methods_train_on_nodes_and_on_graphs_alike()
    {
        var tuner = new FineTuner { Strategy = new Full(), Epochs = 2, StepsPerEpoch = 1 };
        var report = new Report { Methods = [new MajorityClass(), new NearestNeighbours(), new LogisticProbe(), new Method("scratch", false, tuner), new Method("recipe", true, tuner)], Seeds = 2, Budgets = [20, null] };
        using var encoder = new Encoder(TestDevices.Cpu, new() { Inputs = TinyGraphs.Kinds, Hidden = 8, Layers = 2, Norm = NormKind.Batch }, new Rng(5));
        using var graphs = new GraphBench(TinyGraphs.Data(), encoder);

        foreach (var (bench, most) in new[] { (MadeReport.Bench, 32), (graphs, 120) })
        {
            var result = report.Run(bench);
            Assert.That(result.Budgets, Is.EqualTo(new[] { 20, most }));
            Assert.That(result.Methods.SelectMany(m => m.Cells).Select(c => c.Runs.Count), Is.All.EqualTo(2));
            Assert.That(result.Methods[^1].Cells[^1].Runs[0].Distances, Is.Not.Empty.And.All.Matches<LayerDistance>(d => d.L2 >= 0));
            Assert.That(result.Methods[^1].Cells[^1].Runs[0].Reliability.Sum(b => b.Count), Is.Positive);
        }
    }
}
