using GraphTune.Gnn.Data;
using GraphTune.Gnn.Metrics;

namespace GraphTune.Gnn.FineTune;

/// <summary>Chooses how to fine-tune from what is known of a task, and says why.</summary>
/// <remarks>
/// A table of rules, not a search: the same facts give the same recipe, and nothing is trained. A recipe that must be best is found by validation
/// over several; this one is where to begin. A rate belongs to what a step sees: one that sees every label has little noise and may be
/// ten times as long as one of 32 rows.
/// </remarks>
public static class RecipeChooser
{
    /// <summary>From this distance on the target is far from pre-training: the two differ by as much as they spread.</summary>
    public const double Far = 1;

    private static readonly string[] Losses = ["plain", "balanced", "effective-number", "focal", "logit-adjusted"], Samplings = ["natural", "oversampled", "equal"];

    /// <summary>Chooses.</summary>
    /// <param name="facts">What is known of the task.</param>
    /// <param name="given">Choices that are made already; null for none.</param>
    /// <returns>A tuner that is ready to run, without seed and progress, and every decision.</returns>
    /// <exception cref="InvalidDataException">A given value is out of range or does not fit the task.</exception>
    public static Recipe Choose(TaskFacts facts, RecipeOverrides? given = null)
    {
        var settled = new Settled(given ?? RecipeOverrides.None);
        var (strategy, rates) = new RecipeStrategy(facts, settled).Choose();
        var tuner = Imbalance(facts, settled, Stopping(facts, settled, Loop(facts, settled, new FineTuner { Strategy = strategy })));
        if (strategy is ProbeThenTune probe) tuner = tuner with { Strategy = probe.ForRunOf(tuner.Epochs) };
        return new(tuner, facts, settled.Decisions) { Rates = rates };
    }

    internal static bool HasOwnLoop(TaskFacts facts) => facts is { Step: StepKind.FullGraph, BagOfWords: true };

    internal static bool IsGat(TaskFacts facts) => facts.Convolution is ConvolutionKind.Gat or ConvolutionKind.Gatv2;

    private static FineTuner Loop(TaskFacts facts, Settled settled, FineTuner tuner)
    {
        const string Kipf = "Kipf and Welling 2017", Hu = "Hu et al. 2020", Velickovic = "Veličković et al. 2018";
        var own = HasOwnLoop(facts);
        var (epochs, steps, why, evidence, source) = facts.Step switch
        {
            StepKind.Graphs => (100, 1, "the usual length on molecules, best epoch kept", Evidence.Strong, Hu),
            StepKind.SampledNodes => (20, 1, "passes over the training nodes", Evidence.Weak, "Hamilton et al. 2017"),
            _ when own && IsGat(facts) => (1000, 1, "bags of words under attention learn slowly, patience ends it", Evidence.Strong, Velickovic),
            _ when own => (200, 1, "bags of words give small embeddings, which a short run does not lift", Evidence.Strong, Kipf),
            _ => (20, 5, "a step sees every label, so a hundred are many", Evidence.Weak, "our community graphs"),
        };
        var cosine = settled.Word("schedule", ["cosine", "constant"], own ? "constant" : "cosine", own ? "as these models were published" : "falls to zero, so that the last epochs settle", own ? Evidence.Strong : Evidence.Weak, own ? Kipf : "Loshchilov and Hutter 2017") == "cosine";
        return tuner with
        {
            Epochs = (int)settled.Number("epochs", epochs, why, evidence, source, 1, 1e9),
            StepsPerEpoch = (int)settled.Number("steps", steps, facts.Step == StepKind.FullGraph ? "between two validations" : "an epoch is a pass", Evidence.None, "", 1, 1e9),
            Cosine = cosine,
            WarmUp = (float)settled.Number("warm-up", cosine ? 0.1 : 0, cosine ? "a new head's first gradients are large" : "a constant rate was published without", cosine ? Evidence.Weak : Evidence.Strong, cosine ? "Goyal et al. 2017" : Kipf, 0, 1),
            ClipNorm = (float)settled.Number("clip", own ? double.PositiveInfinity : 1, own ? "as published" : "bounds what one bad step does", own ? Evidence.Strong : Evidence.Weak, own ? Kipf : "Pascanu et al. 2013", double.Epsilon, double.PositiveInfinity),
        };
    }

    private static FineTuner Stopping(TaskFacts facts, Settled settled, FineTuner tuner)
    {
        var longRun = tuner.Epochs >= 500;
        var few = facts.Validation is > 0 and < 100;
        var patience = settled.Number("patience", longRun ? 100 : double.PositiveInfinity, longRun ? "a long run may end early" : "a short run is cheap to finish; its best epoch is kept", longRun ? Evidence.Strong : Evidence.Weak, longRun ? "Veličković et al. 2018" : "", 1, double.PositiveInfinity);
        var window = (int)settled.Number("smoothing", few ? 3 : 1, few ? $"{facts.Validation} validation rows: one epoch's score is mostly luck" : $"{facts.Validation} validation rows say enough of one epoch", Evidence.None, "", 1, 1e6);
        return tuner with
        {
            Patience = double.IsPositiveInfinity(patience) ? int.MaxValue : (int)patience,
            Smoothing = window == 1 ? ScoreSmoothing.None : ScoreSmoothing.OverWindow(window),
        };
    }

    private static FineTuner Imbalance(TaskFacts facts, Settled settled, FineTuner tuner)
    {
        if (facts.Kind == TaskKind.Regression) return tuner;
        var perClass = facts.Metric is "f1" or "macro-f1";
        var skewed = perClass && facts.Imbalance >= 3;
        var scarce = skewed && facts.Step != StepKind.FullGraph && facts.Tasks == 1 && facts.RarestShare * facts.BatchSize < 1;
        var ratio = FormattableString.Invariant($"the largest class is {facts.Imbalance:0.#} times the smallest");
        var (loss, why, evidence, source) = facts.Metric switch
        {
            _ when scarce => ("plain", "batches are drawn alike already", Evidence.None, ""),
            _ when skewed && facts.Imbalance >= 100 => ("effective-number", $"{ratio}: full weights would rest on a few rows", Evidence.Weak, "Cui et al. 2019"),
            _ when skewed => ("balanced", $"{facts.Metric} counts classes alike, and {ratio}", Evidence.Strong, "Johnson and Khoshgoftaar 2019"),
            "accuracy" => ("plain", "accuracy counts rows, so rare classes' weight would lower it", Evidence.Strong, "Elkan 2001"),
            "auroc" or "average-precision" => ("plain", $"{facts.Metric} ranks, and weights hardly move a ranking", Evidence.Weak, "Hu et al. 2020 train so"),
            _ => ("plain", ratio, Evidence.Weak, ""),
        };
        loss = settled.Word("loss", Losses, loss, why, evidence, source);
        var sampling = settled.Word("sampling", Samplings, scarce ? "oversampled" : "natural", scarce ? $"a batch of {facts.BatchSize} rarely holds the smallest class" : "every row once", scarce ? Evidence.Weak : Evidence.None, scarce ? "Buda et al. 2018" : "");
        var calibration = settled.Word("calibration", ["temperature", "none"], facts.Validation > 0 ? "temperature" : "none", facts.Validation > 0 ? "one number, fitted on validation rows, which changes no decision" : "there are no validation rows to fit it on", Evidence.Strong, "Guo et al. 2017") == "temperature";
        var threshold = settled.Word("threshold", ["none", "f1", "balanced-accuracy", "youden"], facts.Metric == "f1" && facts.Validation > 0 ? "f1" : "none", facts.Metric == "f1" ? "½ is best for F1 by chance only" : $"{facts.Metric} is judged as it is", facts.Metric == "f1" ? Evidence.Strong : Evidence.None, facts.Metric == "f1" ? "Lipton et al. 2014" : "");
        return tuner with
        {
            Loss = loss switch { "balanced" => LossOptions.Balanced, "effective-number" => new() { Weighting = ClassWeighting.EffectiveNumber }, "focal" => LossOptions.Focal, "logit-adjusted" => new() { LogitAdjustment = 1 }, _ => LossOptions.Plain },
            Sampling = sampling switch { "oversampled" => ClassSampling.Oversampled, "equal" => ClassSampling.Equal, _ => ClassSampling.Natural },
            Calibrate = !calibration && threshold == "none" ? null : new()
            {
                Temperature = calibration,
                Threshold = threshold switch { "f1" => ThresholdGoal.F1, "balanced-accuracy" => ThresholdGoal.BalancedAccuracy, "youden" => ThresholdGoal.Youden, _ => null },
            },
        };
    }
}
