using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Reporting;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class RunCacheTests
{
    private static Report Counted(TempFolder folder, out MadeMethod scratch, out MadeMethod recipe, params IMethod[] more)
    {
        scratch = new MadeMethod("scratch", (_, seed) => 0.5 + 0.01 * seed, pretrained: false, identity: "made scratch");
        recipe = new MadeMethod("recipe", (_, seed) => 0.6 + 0.001 * seed, identity: "made recipe");
        return new() { Methods = [scratch, recipe, .. more], Budgets = [8, null], Seeds = 3, Cache = new RunCache(folder.At("cache")) };
    }

    private static string CacheFile(TempFolder folder) => Directory.GetFiles(folder.At("cache")).Single();

    [Test]
    public void The_second_report_runs_nothing_and_says_the_same()
    {
        using var folder = new TempFolder();
        var first = Counted(folder, out _, out _).Run(MadeReport.Bench);

        var second = Counted(folder, out var scratch, out var recipe).Run(MadeReport.Bench);

        Assert.That((scratch.Runs, recipe.Runs, second.CachedRuns), Is.EqualTo((0, 0, 12)));
        Assert.That((second with { Seconds = 0, CachedRuns = 0 }).ToJson(), Is.EqualTo((first with { Seconds = 0, CachedRuns = 0 }).ToJson()));
        Assert.That(File.ReadAllLines(CacheFile(folder)), Has.Length.EqualTo(12));
    }

    [Test]
    public void One_more_strategy_or_seed_runs_alone()
    {
        using var folder = new TempFolder();
        Counted(folder, out _, out _).Run(MadeReport.Bench);
        var more = new MadeMethod("more", (_, _) => 0.7, identity: "made more");

        var report = Counted(folder, out var scratch, out var recipe, more);
        report.Run(MadeReport.Bench);

        Assert.That((scratch.Runs, recipe.Runs, more.Runs), Is.EqualTo((0, 0, 6)));
        (report with { Seeds = 4 }).Run(MadeReport.Bench);
        Assert.That((scratch.Runs, recipe.Runs, more.Runs), Is.EqualTo((2, 2, 8)));
    }

    [Test]
    public void Another_encoder_does_not_touch_runs_from_scratch()
    {
        using var folder = new TempFolder();
        Counted(folder, out _, out _).Run(MadeReport.Bench);
        using var encoder = new Encoder(TestDevices.Cpu, Tiny.Options().Encoder, new Rng(77));
        using var bench = new NodeBench(Tiny.Data, Tiny.Options(), encoder);

        Counted(folder, out var scratch, out var recipe).Run(bench);

        Assert.That((scratch.Runs, recipe.Runs), Is.EqualTo((0, 6)));
    }

    [Test]
    public void A_line_that_cannot_be_read_is_run_again_with_a_warning()
    {
        using var folder = new TempFolder();
        Counted(folder, out _, out _).Run(MadeReport.Bench);
        var lines = File.ReadAllLines(CacheFile(folder));
        (lines[2], lines[7]) = (lines[2][..40], "{\"key\":\"x\"}");
        File.WriteAllLines(CacheFile(folder), lines);

        var result = Counted(folder, out var scratch, out var recipe).Run(MadeReport.Bench);

        Assert.That(scratch.Runs + recipe.Runs, Is.EqualTo(2));
        Assert.That(result.Warnings.Where(w => w.Contains("no run can be read from it")), Has.Exactly(2).Items.And.Some.Contains("line 3"));
    }

    [Test]
    public void A_method_that_cannot_tell_itself_is_never_kept()
    {
        using var folder = new TempFolder();
        var secret = new MadeMethod("secret", (_, _) => 0.5, identity: null);
        var report = Counted(folder, out _, out _, secret);

        report.Run(MadeReport.Bench);
        report.Run(MadeReport.Bench);

        Assert.That(secret.Runs, Is.EqualTo(12));
    }

    [Test]
    public void A_method_is_named_by_all_it_holds()
    {
        string? Identity(FineTuner tuner, bool pretrained = true) => new Method("any", pretrained, tuner).Identity(10);
        var usual = new FineTuner { Strategy = new Full() };
        FineTuner[] others = [usual with { Strategy = new Full(0.002f) }, usual with { Strategy = new LinearProbe() }, usual with { Epochs = 7 }, usual with { Loss = LossOptions.Focal }, usual with { WarmUp = 0.2f }];

        Assert.That(others.Select(o => Identity(o)).Append(Identity(usual, pretrained: false)), Is.Unique.And.None.EqualTo(Identity(usual)));
        Assert.That(Identity(usual with { Seed = 9, Progress = _ => { } }), Is.EqualTo(Identity(usual)));
        Assert.That(Identity(usual with { Strategy = new Secretive() }), Is.Null);
    }

    private sealed class Secretive : IStrategy
    {
        public IEnumerable<Gnn.Optim.ParameterGroup> Groups(Module model, int epoch) => [];
    }

    [Test]
    public void Trained_runs_come_back_as_they_were()
    {
        using var folder = new TempFolder();
        var tuner = new FineTuner { Strategy = new Full(), Epochs = 2, StepsPerEpoch = 1 };
        Report Made() => new() { Methods = [new Method("scratch", false, tuner), new Method("recipe", true, tuner)], Seeds = 2, Cache = new RunCache(folder.At("cache")) };

        var first = Made().Run(MadeReport.Bench);
        var second = Made().Run(MadeReport.Bench);

        Assert.That(second.CachedRuns, Is.EqualTo(4));
        Assert.That((second with { Seconds = 0, CachedRuns = 0 }).ToJson(), Is.EqualTo((first with { Seconds = 0 }).ToJson()));
    }
}
