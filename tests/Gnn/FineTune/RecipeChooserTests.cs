using System.Text.Json;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Pretrain;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class RecipeChooserTests
{
    private static readonly TaskFacts Nodes = TaskFacts.Of(Tiny.Data);

    private static readonly TaskFacts Cora = Nodes with { Labels = 140, Validation = 500, BagOfWords = true, Convolution = ConvolutionKind.Gcn };

    private static readonly TaskFacts Molecules = TaskFacts.Of(TinyGraphs.Data(60)) with { Labels = 1600 };

    private static RecipeOverrides Given(params string[] settings) => RecipeOverrides.Parse(settings);

    [Test]
    public void Facts_are_counted_from_training_rows()
    {
        var split = Tiny.Data.Splits[0];

        Assert.That((Nodes.Labels, Nodes.Classes, Nodes.Imbalance, Nodes.Step), Is.EqualTo((split.Train.Length, 4, 1.0, StepKind.FullGraph)));
        var graphs = TaskFacts.Of(TinyGraphs.Data(60));
        Assert.That((graphs.Tasks, graphs.Kind, graphs.Labels, graphs.Step), Is.EqualTo((2, TaskKind.Binary, 30, StepKind.Graphs)));
        Assert.That(graphs.RarestShare, Is.InRange(0.1, 0.5));
    }

    [Test]
    public void Few_labels_freeze_the_encoder_some_move_it_slowly_and_many_faster()
    {
        Assert.That(RecipeChooser.Choose(Nodes with { Labels = 80 }).Tuner.Strategy, Is.EqualTo(new LinearProbe(1e-2f)));
        Assert.That(RecipeChooser.Choose(Nodes with { Labels = 400 }).Tuner.Strategy, Is.EqualTo(new DiscriminativeRates(1e-3f, 1e-2f)));
        Assert.That(RecipeChooser.Choose(Nodes with { Labels = 4000 }).Tuner.Strategy, Is.EqualTo(new DiscriminativeRates(5e-3f, 1e-2f)));
        Assert.That(RecipeChooser.Choose(Nodes with { Labels = 400, FeatureDistance = 2 }).Tuner.Strategy, Is.EqualTo(new DiscriminativeRates(5e-3f, 1e-2f)), "far from pre-training");
        Assert.That(RecipeChooser.Choose(Nodes with { Labels = 80, Pretrained = false }).Tuner.Strategy, Is.EqualTo(new DiscriminativeRates(1e-2f, 1e-2f)), "nothing to keep");
    }

    [Test]
    public void Bags_of_words_take_the_published_loop()
    {
        var tuner = RecipeChooser.Choose(Cora).Tuner;

        Assert.That(tuner.Strategy, Is.EqualTo(new ProbeThenTune(new DiscriminativeRates(5e-3f, 1e-2f), ProbeEpochs: 50, ProbeRate: 1e-2f)));
        Assert.That((tuner.Epochs, tuner.StepsPerEpoch, tuner.Cosine, tuner.WarmUp, tuner.ClipNorm), Is.EqualTo((200, 1, false, 0f, float.PositiveInfinity)));
        Assert.That(RecipeChooser.Choose(Cora with { Labels = 60 }).Tuner.Strategy, Is.EqualTo(tuner.Strategy), "at any number of labels");
        var gat = RecipeChooser.Choose(Cora with { Convolution = ConvolutionKind.Gat }).Tuner;
        Assert.That((gat.Epochs, gat.Patience, ((FirstLayerL2)gat.Strategy).Everywhere), Is.EqualTo((1000, 100, true)));
    }

    [Test]
    public void Batches_take_smaller_rates_than_full_graphs()
    {
        var tuner = RecipeChooser.Choose(Molecules).Tuner;

        Assert.That(tuner.Strategy, Is.EqualTo(new DiscriminativeRates(1e-3f, 1e-3f)));
        Assert.That((tuner.Epochs, tuner.Loss, tuner.Sampling), Is.EqualTo((100, LossOptions.Plain, ClassSampling.Natural)));
    }

    [TestCase("accuracy", 50.0, "plain", "natural")]
    [TestCase("macro-f1", 2.0, "plain", "natural")]
    [TestCase("macro-f1", 50.0, "balanced", "natural")]
    [TestCase("macro-f1", 500.0, "effective-number", "natural")]
    [TestCase("auroc", 50.0, "plain", "natural")]
    public void Rare_classes_are_weighed_where_the_metric_counts_classes(string metric, double imbalance, string loss, string sampling)
    {
        var decisions = RecipeChooser.Choose(Nodes with { Metric = metric, Imbalance = imbalance }).Decisions.ToDictionary(d => d.What, d => d.Value);

        Assert.That((decisions["loss"], decisions["sampling"]), Is.EqualTo((loss, sampling)));
    }

    [Test]
    public void Classes_too_rare_for_a_batch_are_drawn_more_often()
    {
        var recipe = RecipeChooser.Choose(Molecules with { Metric = "macro-f1", Tasks = 1, Kind = TaskKind.MultiClass, Imbalance = 90, RarestShare = 0.01, BatchSize = 32 });

        Assert.That((recipe.Tuner.Sampling, recipe.Tuner.Loss), Is.EqualTo((ClassSampling.Oversampled, LossOptions.Plain)));
    }

    [Test]
    public void What_is_given_is_taken_and_says_so()
    {
        var recipe = RecipeChooser.Choose(Cora, Given("rate.encoder=1e-4", "epochs=7", "loss=focal", "strategy=discriminative", "freeze=1", "smoothing=5", "threshold=none", "calibration=none"));

        Assert.That(recipe.Tuner.Strategy, Is.EqualTo(new FrozenBelow(new FirstLayerL2(1e-2f) { EncoderRate = 1e-4f }, 1)));
        Assert.That((recipe.Tuner.Epochs, recipe.Tuner.Loss, recipe.Tuner.Smoothing, recipe.Tuner.Calibrate), Is.EqualTo((7, LossOptions.Focal, ScoreSmoothing.OverWindow(5), (CalibrationOptions?)null)));
        Assert.That(recipe.Decisions.Where(d => d.Reason == "given").Select(d => d.What), Is.EquivalentTo(new[] { "rate.encoder", "epochs", "loss", "strategy", "freeze", "smoothing", "threshold", "calibration" }));
    }

    [TestCase("rate.encoder", "sets nothing")]
    [TestCase("speed=3", "settles no 'speed'")]
    [TestCase("rate.encoder=fast", "rate.encoder is a number")]
    [TestCase("warm-up=1", "from 0 to below 1")]
    [TestCase("loss=mine", "loss is one of plain")]
    public void What_cannot_be_given_is_named(string setting, string message) =>
        Assert.That(() => RecipeChooser.Choose(Nodes with { Labels = 500 }, Given(setting)), Throws.TypeOf<InvalidDataException>().With.Message.Contains(message));

    [Test]
    public void Every_decision_has_a_name_that_it_can_be_given_by_and_a_reason_and_goes_into_the_JSON()
    {
        foreach (var facts in new[] { Nodes, Cora, Molecules, Molecules with { Kind = TaskKind.Regression, Metric = "rmse" } })
        {
            var recipe = RecipeChooser.Choose(facts);
            using var json = JsonDocument.Parse(recipe.ToJson());

            Assert.That(recipe.Decisions.Select(d => d.What), Is.SubsetOf(RecipeOverrides.Names).And.Unique);
            Assert.That(recipe.Decisions.Select(d => d.Reason), Is.All.Not.Empty);
            Assert.That(recipe.Decisions.Where(d => d.Evidence == Evidence.Strong && d.What != "strategy").Select(d => d.Source), Is.All.Not.Empty);
            Assert.That(json.RootElement.GetProperty("decisions").GetArrayLength(), Is.EqualTo(recipe.Decisions.Count));
            Assert.That(json.RootElement.GetProperty("facts").GetProperty("labels").GetInt32(), Is.EqualTo(facts.Labels));
        }
    }

    [Test]
    public void The_chosen_tuner_runs()
    {
        using var task = Tiny.Task(TestDevices.Cpu);
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 1);

        Assert.That(RecipeChooser.Choose(Nodes, Given("epochs=2", "strategy=discriminative", "freeze=1")).Tuner.Run(model, task).Test, Is.InRange(0, 1));
    }
}

public sealed class PretrainingStatisticsTests
{
    private static readonly PretrainingStatistics Mine = PretrainingStatistics.Of(Tiny.Data);

    [Test]
    public void Moments_are_those_of_the_features_and_degrees()
    {
        double[] first = [.. Enumerable.Range(0, Tiny.Data.Nodes).Select(i => (double)Tiny.Data.Features.ToDense()[i * Tiny.Data.Features.Columns])];
        double[] log = [.. Enumerable.Range(0, Tiny.Data.Nodes).Select(i => Math.Log2(1 + Tiny.Data.Edges.Target.Count(t => t == i)))];

        Assert.That(Mine.FeatureMeans[0], Is.EqualTo(first.Average()).Within(1e-6));
        Assert.That(Mine.FeatureVariances[0], Is.EqualTo(first.Average(v => v * v) - first.Average() * first.Average()).Within(1e-5));
        Assert.That(Mine.DegreeMean, Is.EqualTo(log.Average()).Within(1e-12));
        Assert.That(Mine.DegreeShares.Sum(), Is.EqualTo(1).Within(1e-12));
    }

    [Test]
    public void Sparse_rows_say_what_dense_ones_say_and_text_keeps_it()
    {
        var sparse = PretrainingStatistics.Of(Tiny.Data with { Features = Tiny.Data.Features.Compact() });

        Assert.That(Mine.DistanceTo(sparse).Features, Is.EqualTo(0).Within(1e-9));
        Assert.That(PretrainingStatistics.FromJson(Mine.ToJson()).DistanceTo(Mine), Is.EqualTo(((double?)0, 0.0)));
    }

    // One feature with means m apart and spreads s and t: (m² + (s − t)²) / ½(s² + t²).
    [Test]
    public void The_distance_is_a_closed_form()
    {
        PretrainingStatistics a = new([1], [4], 2, 1, [1], 9), b = new([4], [1], 2, 1, [1], 9), wide = new([1, 1], [1, 1], 0, 1, [1], 9);

        Assert.That(a.DistanceTo(b).Features, Is.EqualTo((9 + 1) / 2.5).Within(1e-9));
        Assert.That(a.DistanceTo(b).Degrees, Is.Zero);
        Assert.That(a.DistanceTo(wide).Features, Is.Null);
        Assert.That(a.DistanceTo(wide).Degrees, Is.EqualTo(4).Within(1e-9));
    }

    [Test]
    public void Codes_meet_column_by_column_and_an_unknown_past_is_no_distance()
    {
        var coded = TinyGraphs.Data(40) with { NodeFeatures = null };
        var facts = TaskFacts.Of(coded);

        Assert.That(PretrainingStatistics.Of(coded).DistanceTo(PretrainingStatistics.Of(TinyGraphs.Data(40, seed: 2) with { NodeFeatures = null })).Features, Is.InRange(0, 0.05));
        Assert.That(facts.From(null, PretrainingStatistics.Of(coded)).Distance, Is.Null);
        Assert.That(facts.From(PretrainingStatistics.Of(coded), PretrainingStatistics.Of(coded)).Distance, Is.Zero);
    }
}
