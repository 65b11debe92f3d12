using GraphTune.Gnn.Metrics;

namespace GraphTune.Tests;

/// <summary>Golden cases of metrics.</summary>
internal static class MetricCases
{
    public static readonly Dictionary<string, Action<GoldenCase>> ByLayer = new()
    {
        ["roc_auc"] = golden => golden.Expect("out", RocAuc.Of(golden.Floats("y_score"), golden.Ints("y_true"))),
        ["average_precision"] = golden => golden.Expect("out", AveragePrecision.Of(golden.Floats("y_score"), golden.Ints("y_true"))),
        ["f1"] = F1Score,
        ["ece"] = CalibrationError,
        ["ndcg"] = NormalisedGain,
        ["regression"] = Regression,
    };

    private static void F1Score(GoldenCase golden)
    {
        var classes = golden.Options.Int("num_classes", otherwise: 2);
        var counts = new ConfusionMatrix(golden.Ints("y_pred"), golden.Ints("y_true"), classes);
        if (!golden.Options.Has("num_classes"))
        {
            golden.Expect("out", F1.Of(counts, F1Average.Binary), counts.Precision(1), counts.Recall(1), counts.Matthews);
            return;
        }
        var all = Enumerable.Range(0, classes).ToArray();
        golden.Expect("confusion", [.. all.SelectMany(label => all.Select(predicted => (float)counts[label, predicted]))]);
        golden.Expect("per_class_f1", [.. all.Select(counts.F1)]);
        golden.Expect("out", F1.Of(counts, F1Average.Macro), F1.Of(counts, F1Average.Micro), F1.Of(counts, F1Average.Weighted), counts.Accuracy);
    }

    private static void CalibrationError(GoldenCase golden)
    {
        var bins = golden.Options.Int("bins", ExpectedCalibrationError.UsualBins);
        var labels = golden.Ints("y_true");
        golden.Expect("out", golden.FloatsOrNull("probs") is { } probabilities
            ? ExpectedCalibrationError.Multiclass(probabilities, labels, bins)
            : ExpectedCalibrationError.Binary(golden.Floats("y_score"), labels, bins));
    }

    private static void NormalisedGain(GoldenCase golden)
    {
        var k = golden.Options.Int("k", int.MaxValue);
        var gain = golden.Options.Text("gain", "linear") switch
        {
            "linear" => Gain.Linear,
            "exponential" => Gain.Exponential,
            var other => throw new InvalidDataException($"gain '{other}' is unknown"),
        };
        var items = golden.Shape("scores")[1];
        var (relevance, scores) = (golden.Floats("relevance"), golden.Floats("scores"));
        golden.Expect("per_query", [.. Enumerable.Range(0, relevance.Length / items).Select(query =>
            Ndcg.Of(relevance.AsSpan(query * items, items), scores.AsSpan(query * items, items), k, gain))]);
        golden.Expect("out", Ndcg.Mean(relevance, scores, items, k, gain));
    }

    private static void Regression(GoldenCase golden)
    {
        var errors = RegressionErrors.Of(golden.Floats("y_pred"), golden.Floats("y_true"));
        golden.Expect("out", errors.MeanAbsolute, errors.MeanSquared, errors.RootMeanSquared, errors.R2);
    }
}
