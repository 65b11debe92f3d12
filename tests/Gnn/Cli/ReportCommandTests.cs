using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ReportCommandTests
{
    private static ToolRun Report(TempFolder folder, params string[] more) =>
        ToolRun.Of(["report", "--data", SmallGraph.Write(folder), "--out", folder.At("out"), "--cache", folder.At("cache"), "--seeds", "2", "--epochs", "2", "--pretrain-epochs", "3", "--device", "cpu", "--budgets", "6,12,all", .. more]);

    [Test]
    public void Nodes_with_a_pre_training_of_its_own_give_three_files_and_the_documented_object()
    {
        using var folder = new TempFolder();

        var run = Report(folder, "--json", "--strategies", "gradual,full");

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(run.Json.GetProperty("methods").EnumerateArray().Select(m => m.GetProperty("name").GetString()), Is.EqualTo(new[] { "majority", "k-nn", "logistic-probe", "scratch", "full", "recipe", "gradual" }));
        Assert.That(run.Json.GetProperty("budgets").EnumerateArray().Select(b => b.GetInt32()), Is.EqualTo(new[] { 6, 12, SmallGraph.TrainRows }));
        Assert.That(run.Json.GetProperty("comparisons").GetInt32(), Is.EqualTo(5 * 3));
        Assert.That(Directory.GetFiles(folder.At("out")).Select(Path.GetFileName), Is.EquivalentTo(new[] { "report.html", "report.json", "model-card.md" }));
        Assert.That(File.ReadAllText(Path.Combine(folder.At("out"), "model-card.md")), Does.Contain("graphtune report --data").And.Contain("| strategy"));
    }

    [Test]
    public void Every_strategy_has_a_run_in_the_report()
    {
        using var folder = new TempFolder();

        var run = ToolRun.Of(["report", "--data", SmallGraph.Write(folder), "--out", folder.At("out"), "--cache", folder.At("cache"), "--seeds", "1", "--epochs", "2", "--pretrain-epochs", "3", "--device", "cpu", "--budgets", "12", "--json",
            "--strategies", "recipe,full,linear-probe,gradual,layer-wise,discriminative,probe-then-full,surgical,bias-only,lora,adapters,prompt,prompt-plus,l2-sp,bss,delta,gtot,by-label-count"]);

        Assert.That(run.Code, Is.Zero, run.Error);
        var methods = run.Json.GetProperty("methods").EnumerateArray().Skip(3).ToArray();
        Assert.That(methods, Has.Length.EqualTo(19));
        foreach (var method in methods)
        {
            var cell = method.GetProperty("cells")[0];
            Assert.That(cell.GetProperty("runs").GetArrayLength(), Is.EqualTo(1), $"{method}");
            Assert.That(cell.GetProperty("runs")[0].GetProperty("score").GetDouble(), Is.InRange(0, 1), $"{method}");
        }
    }

    [Test]
    public void One_more_strategy_runs_alone()
    {
        using var folder = new TempFolder();
        Report(folder);

        var run = Report(folder, "--json", "--strategies", "layer-wise");

        Assert.That(run.Json.GetProperty("cachedRuns").GetInt32(), Is.EqualTo(6 * 3 * 2));
    }

    [Test]
    public void Stopped_it_keeps_and_reports_what_was_run()
    {
        using var folder = new TempFolder();
        Report(folder);
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        var run = ToolRun.Of(["report", "--data", SmallGraph.Write(folder), "--out", folder.At("out2"), "--cache", folder.At("cache"), "--device", "cpu"], stop.Token);

        Assert.That((run.Code, run.Complaints[^1]), Is.EqualTo((130, "graphtune: stopped; nothing was saved")));
    }

    [TestCase("--budgets", "6,many", "--budgets holds 'many'")]
    [TestCase("--budgets", "1000", "15 training labels in 3 classes; take numbers from 3 to 15, or all")]
    [TestCase("--budgets", "2", "15 training labels in 3 classes; take numbers from 3 to 15, or all")]
    [TestCase("--strategies", "full,magic", "--strategies holds 'magic'")]
    public void Bad_input_is_one_line(string option, string value, string complaint)
    {
        using var folder = new TempFolder();

        var run = ToolRun.Of(["report", "--data", SmallGraph.Write(folder), "--out", folder.At("out"), "--cache", folder.At("cache"), "--device", "cpu", "--pretrain-epochs", "1", option, value]);

        Assert.That((run.Code, run.Complaints.Length), Is.EqualTo((2, 1)), run.Error);
        Assert.That(run.Error, Does.Contain(complaint));
    }

    [Test]
    public void Graphs_in_folds_are_reported_and_fine_tuned()
    {
        using var folder = new TempFolder();
        var graphs = SharedData.At("data", "tu", "MUTAG", "tu_format");
        string[] quick = ["--data", graphs, "--seeds", "2", "--epochs", "1", "--pretrain-epochs", "1", "--layers", "2", "--hidden", "8", "--device", "cpu", "--json"];

        var report = ToolRun.Of(["report", .. quick, "--budgets", "20,all", "--out", folder.At("out"), "--cache", folder.At("cache")]);
        var finetune = ToolRun.Of(["finetune", .. quick, "--report", folder.At("report.html"), "--out", folder.At("model.safetensors")]);

        Assert.That((report.Code, finetune.Code), Is.EqualTo((0, 0)), report.Error + finetune.Error);
        Assert.That(report.Json.GetProperty("task").GetString(), Is.EqualTo("graph-classification"));
        Assert.That(File.Exists(folder.At("model.safetensors")));
    }

    [Test]
    public void Molecules_start_from_a_published_encoder()
    {
        using var folder = new TempFolder();
        var encoder = SharedData.At("data", "molecules", "checkpoints", "hu2020", "gcn_supervised_contextpred.pth");

        var run = ToolRun.Of(["finetune", "--data", SharedData.At("data", "molecules", "bbbp"), "--encoder", encoder, "--seeds", "1", "--epochs", "1", "--report", folder.At("report.html"), "--device", "cpu", "--json"]);

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That((run.Json.GetProperty("task").GetString(), run.Json.GetProperty("metric").GetString()), Is.EqualTo(("graph-classification", "auroc")));
    }
}
