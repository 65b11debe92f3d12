using NUnit.Framework;
using static GraphTune.Tests.NpyBuilder;

namespace GraphTune.Tests;

/// <summary>Bad input ends every command with one line, exit code 2, and no file more than before.</summary>
public sealed class BadInputTests
{
    private static IEnumerable<TestCaseData> Spoilt()
    {
        static TestCaseData Case(string name, string expected, Action<Dictionary<string, byte[]>> spoil) => new TestCaseData(spoil, expected).SetArgDisplayNames(name);
        yield return Case("index out of range", "index 90 in row 0 is out of range; node ids run from 0 to 89", a => a["edges"] = IntTable(1, 2, 90, 0));
        yield return Case("NaN feature", "the feature at row 0, column 2 is NaN", a =>
        {
            var x = SmallGraph.Features(SmallGraph.Nodes, 6);
            x[2] = float.NaN;
            a["node_features"] = FloatTable(SmallGraph.Nodes, 6, x);
        });
        yield return Case("class without a training label", "class 1 has no training label", a => a["train_masks"] = SmallGraph.Masks((split, node) => SmallGraph.Trains(split, node) && node % SmallGraph.Classes != 1));
    }

    [TestCaseSource(nameof(Spoilt))]
    public void A_spoilt_data_file(Action<Dictionary<string, byte[]>> spoil, string expected)
    {
        using var folder = new TempFolder();
        var path = SmallGraph.Write(folder, spoil: spoil);

        Refused(folder, expected, "finetune", "--data", path, "--report", folder.At("report.html"), "--out", folder.At("model.safetensors"));
        Refused(folder, expected, "pretrain", "--data", path, "--out", folder.At("encoder.safetensors"));
    }

    [Test]
    public void Feature_rows_that_do_not_match_the_graph()
    {
        using var folder = new TempFolder();
        var path = Npz(folder.At("rows.npz"), new()
        {
            ["adj_data"] = Floats(1),
            ["adj_indices"] = Ints(1),
            ["adj_indptr"] = Ints(0, 1, 1),
            ["adj_shape"] = Ints(2, 2),
            ["attr_matrix"] = FloatTable(3, 1, 1, 2, 3),
            ["labels"] = Ints(0, 1),
        });

        Refused(folder, "2 nodes in adj, but 3 feature rows and 2 labels", "finetune", "--data", path, "--report", folder.At("report.html"));
    }

    [Test]
    public void A_missing_file()
    {
        using var folder = new TempFolder();

        Refused(folder, "absent.npz", "finetune", "--data", folder.At("absent.npz"), "--report", folder.At("report.html"));
        Refused(folder, "absent.safetensors", "finetune", "--data", SmallGraph.Write(folder), "--encoder", folder.At("absent.safetensors"), "--report", folder.At("report.html"));
        Refused(folder, "absent.safetensors", "evaluate", "--data", SmallGraph.Write(folder), "--model", folder.At("absent.safetensors"));
    }

    [Test]
    public void A_truncated_pickle()
    {
        using var folder = new TempFolder();
        PickleBuilder.WritePlanetoid(folder.Path, "toy");
        var whole = File.ReadAllBytes(folder.At("ind.toy.allx"));
        File.WriteAllBytes(folder.At("ind.toy.allx"), whole[..(whole.Length / 2)]);

        Refused(folder, "truncated", "finetune", "--data", folder.Path, "--name", "toy", "--report", folder.At("report.html"));
    }

    [Test]
    public void A_checkpoint_of_another_shape_names_the_tensors()
    {
        using var folder = new TempFolder();
        ToolRun.Of("pretrain", "--data", SmallGraph.Write(folder, "wide", features: 8), "--epochs", "1", "--out", folder.At("wide.safetensors"), "--device", "cpu");

        Refused(folder, "convs.0.lin.weight (expected [64, 6], found [64, 8])",
            "finetune", "--data", SmallGraph.Write(folder), "--encoder", folder.At("wide.safetensors"), "--report", folder.At("report.html"));
        Refused(folder, "convs.0.lin.weight (expected [32, 8], found [64, 8])",
            "finetune", "--data", folder.At("wide.npz"), "--encoder", folder.At("wide.safetensors"), "--hidden", "32", "--report", folder.At("report.html"));
    }

    [Test]
    public void A_model_for_other_data_names_the_tensors()
    {
        using var folder = new TempFolder();
        ToolRun.Of("finetune", "--data", SmallGraph.Write(folder, "wide", features: 8), "--seeds", "1", "--epochs", "1", "--pretrain-epochs", "1", "--device", "cpu",
            "--report", folder.At("wide.html"), "--out", folder.At("wide.safetensors"));

        Refused(folder, "encoder.convs.0.lin.weight (expected [64, 6], found [64, 8])", "evaluate", "--model", folder.At("wide.safetensors"), "--data", SmallGraph.Write(folder));
        Refused(folder, "encoder.convs.0.lin.weight", "predict", "--model", folder.At("wide.safetensors"), "--data", folder.At("small.npz"), "--out", folder.At("predictions.csv"));
    }

    [Test]
    public void An_encoder_is_no_model()
    {
        using var folder = new TempFolder();
        ToolRun.Of("pretrain", "--data", SmallGraph.Write(folder), "--epochs", "1", "--out", folder.At("encoder.safetensors"), "--device", "cpu");

        Refused(folder, "expected 'node-classifier'", "evaluate", "--model", folder.At("encoder.safetensors"), "--data", folder.At("small.npz"));
    }

    [TestCase("there is no folder", "--report", "nowhere/report.html")]
    [TestCase("there is no folder", "--out", "nowhere/model.safetensors")]
    [TestCase("which is a folder", "--report", "")]
    [TestCase("--strategy is one of recipe, full", "--strategy", "guess")]
    [TestCase("--metric is one of accuracy", "--metric", "luck")]
    [TestCase("--seeds is a whole number from 1 to 1000, not '0'", "--seeds", "0")]
    [TestCase("there is no device 'tpu'", "--device", "tpu")]
    [TestCase("6 are wanted", "--labels", "6")]
    public void An_option_that_cannot_be(string expected, string option, string value)
    {
        using var folder = new TempFolder();
        var data = SmallGraph.Write(folder);

        string[] elsewhere = option == "--report" ? [] : ["--report", folder.At("report.html")];

        Refused(folder, expected, ["finetune", "--data", data, .. elsewhere, option, option is "--report" or "--out" ? folder.At(value) : value]);
    }

    private static void Refused(TempFolder folder, string expected, params string[] args)
    {
        string[] Files() => [.. Directory.EnumerateFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Order()];
        var before = Files();

        var run = ToolRun.Of([.. args, "--quiet"]);

        Assert.That(run.Code, Is.EqualTo(2), run.Out + run.Error);
        Assert.That(run.Complaints, Has.Length.EqualTo(1), run.Error);
        Assert.That(run.Complaints[0], Does.StartWith("graphtune: ").And.Contain(expected));
        Assert.That(run.Out, Is.Empty);
        Assert.That(Files(), Is.EqualTo(before));
    }
}
