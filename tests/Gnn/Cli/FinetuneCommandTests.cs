using System.Text.Json;
using System.Xml.Linq;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class FinetuneCommandTests
{
    private static readonly string[] Quick = ["--seeds", "2", "--epochs", "3", "--pretrain-epochs", "4", "--device", "cpu"];

    private static ToolRun Finetune(TempFolder folder, params string[] more) =>
        ToolRun.Of(["finetune", "--data", SmallGraph.Write(folder), "--report", folder.At("report.html"), .. Quick, .. more]);

    [Test]
    public void The_last_line_is_the_documented_object()
    {
        using var folder = new TempFolder();

        var run = Finetune(folder, "--json");

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(Keys(run.Json).Take(6), Is.EqualTo(new[] { "data", "task", "metric", "methods", "seconds", "peakBytes" }));
        var methods = run.Json.GetProperty("methods").EnumerateArray().ToArray();
        Assert.That(methods.Select(m => m.GetProperty("name").GetString()), Is.EqualTo(new[] { "scratch", "linear-probe", "full", "recipe" }));
        foreach (var method in methods)
        {
            Assert.That(Keys(method), Is.EqualTo(new[] { "name", "mean", "ci95", "runs" }));
            Assert.That(method.GetProperty("ci95").GetArrayLength(), Is.EqualTo(2));
            Assert.That(method.GetProperty("runs").EnumerateArray().Select(Keys), Is.All.EqualTo(new[] { "seed", "score", "validation", "bestEpoch", "weightsSha256" }));
            Assert.That(method.GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("seed").GetInt32()), Is.EqualTo(new[] { 0, 1 }));
            Assert.That(method.GetProperty("mean").GetDouble(), Is.EqualTo(method.GetProperty("runs").EnumerateArray().Average(r => r.GetProperty("score").GetDouble())).Within(1e-12));
        }
        Assert.That(run.Json.GetProperty("data").GetString(), Is.EqualTo("small"));
        Assert.That(run.Json.GetProperty("peakBytes").GetInt64(), Is.Positive);
    }

    [Test]
    public void With_json_standard_output_holds_nothing_else()
    {
        using var folder = new TempFolder();

        var run = Finetune(folder, "--json");

        Assert.That(run.Out.TrimEnd('\n'), Does.StartWith("{").And.Not.Contain('\n'));
        Assert.That(run.Error, Does.Contain("from scratch").And.Contain("pre-training"));
    }

    [Test]
    public void A_run_is_one_plain_line_where_nobody_watches()
    {
        using var folder = new TempFolder();

        var run = Finetune(folder);

        Assert.That(run.Error, Is.Empty);
        Assert.That(run.Out, Does.Match(@"linear probe, seed 1 +epoch 3/3  loss \d\.\d{4}  validation +\d+\.\d %  rate \S+  .* left"));
        Assert.That(run.Out, Does.Not.Contain('\e').And.Not.Contain('\r'));
    }

    [Test]
    public void The_report_is_written_and_named()
    {
        using var folder = new TempFolder();

        var run = Finetune(folder);

        Assert.That(run.Out, Does.Contain(folder.At("report.html")));
        Assert.That(() => XDocument.Load(folder.At("report.html")), Throws.Nothing);
    }

    [Test]
    public void Quiet_leaves_the_result_alone()
    {
        using var folder = new TempFolder();

        var run = Finetune(folder, "--quiet");

        Assert.That(run.Out, Does.Contain("against scratch").And.Not.Contain("epoch").And.Not.Contain("pre-trained"));
    }

    [Test]
    public void The_same_seed_gives_the_same_weights_with_any_number_of_threads()
    {
        using var folder = new TempFolder();

        var (one, three) = (Finetune(folder, "--json", "--threads", "1"), Finetune(folder, "--json", "--threads", "3"));

        Assert.That(Weights(three), Is.EqualTo(Weights(one)));
        Assert.That(Weights(one), Is.All.Length.EqualTo(64));
        Assert.That(Weights(one)[0], Is.Not.EqualTo(Weights(one)[1]), "another seed");
    }

    [Test]
    public void The_chosen_strategy_stands_last_whichever_it_is([Values("full", "linear-probe", "gradual", "layer-wise", "discriminative")] string strategy)
    {
        using var folder = new TempFolder();

        var run = Finetune(folder, "--json", "--strategy", strategy);

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(run.Json.GetProperty("methods")[3].GetProperty("name").GetString(), Is.EqualTo("recipe"));
        if (strategy == "linear-probe") Assert.That(Weights(run)[^2..], Is.EqualTo(Weights(run)[2..4]));
    }

    [Test]
    public void A_saved_model_scores_as_it_did_when_it_was_chosen()
    {
        using var folder = new TempFolder();
        var trained = Finetune(folder, "--json", "--out", folder.At("model.safetensors"));
        var best = trained.Json.GetProperty("methods")[3].GetProperty("runs").EnumerateArray().MaxBy(r => r.GetProperty("validation").GetDouble());

        var run = ToolRun.Of("evaluate", "--model", folder.At("model.safetensors"), "--data", folder.At("small.npz"), "--split", best.GetProperty("seed").ToString(), "--json");

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(run.Json.GetProperty("validation").GetDouble(), Is.EqualTo(best.GetProperty("validation").GetDouble()));
        Assert.That(run.Json.GetProperty("test").GetDouble(), Is.EqualTo(best.GetProperty("score").GetDouble()));
    }

    [Test]
    public void A_given_encoder_is_used_instead_of_pre_training()
    {
        using var folder = new TempFolder();
        ToolRun.Of("pretrain", "--data", SmallGraph.Write(folder), "--epochs", "4", "--out", folder.At("encoder.safetensors"), "--device", "cpu");

        var (given, own) = (Finetune(folder, "--json", "--encoder", folder.At("encoder.safetensors")), Finetune(folder, "--json"));

        Assert.That(given.Error, Does.Contain("read from").And.Not.Contain("pre-training"));
        Assert.That(Weights(given), Is.EqualTo(Weights(own)), "the same pre-training, from a file or not");
    }

    [Test]
    public void Stopping_saves_the_best_weights_so_far_and_says_so()
    {
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();
        using var output = new TripWire("from scratch, seed 0", stop);
        using var error = new StringWriter();

        var code = GraphTune.Cli.Tool.Run(["finetune", "--data", SmallGraph.Write(folder), "--report", folder.At("report.html"), "--out", folder.At("model.safetensors"), .. Quick], new(output, error), stop.Token);

        Assert.That(code, Is.EqualTo(130), $"{error}");
        Assert.That(error.ToString(), Does.Match(@"^graphtune: stopped; .*model\.safetensors has the best weights so far: scratch, seed 0"));
        Assert.That(ToolRun.Of("evaluate", "--model", folder.At("model.safetensors"), "--data", folder.At("small.npz")).Code, Is.Zero);
        Assert.That(File.Exists(folder.At("report.html")), Is.False);
    }

    private static string[] Keys(JsonElement value) => [.. value.EnumerateObject().Select(p => p.Name)];

    private static string[] Weights(ToolRun run) =>
        [.. run.Json.GetProperty("methods").EnumerateArray().SelectMany(m => m.GetProperty("runs").EnumerateArray()).Select(r => r.GetProperty("weightsSha256").GetString()!)];

    /// <summary>Asks to stop as soon as a text is written.</summary>
    private sealed class TripWire(string text, CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(text, StringComparison.Ordinal) == true) stop.Cancel();
        }
    }
}
