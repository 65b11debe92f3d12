using System.Globalization;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.FineTune;

/// <summary>One data set and one pre-trained encoder, as methods that are compared see them: fresh or pre-trained models, splits, label budgets, scores.</summary>
/// <remarks>A seed names the split (counted round), the labels of a budget, the initial weights and the training's random numbers, for all methods alike.</remarks>
public abstract class Bench : IDisposable
{
    private const int ValidationShare = 10;
    private readonly Split[] splits;
    private readonly int[] strata;
    private readonly Lazy<FrozenRows> frozen;
    private readonly Lazy<string> dataSha256, encoderSha256;

    private protected Bench(Device device, Module encoder, string data, IReadOnlyList<Split> splits, int[] strata, Func<string> fingerprint)
    {
        (Device, Encoder, Data, this.strata) = (device, encoder, data, strata);
        this.splits = [.. splits.Select(WithValidation)];
        (frozen, dataSha256, encoderSha256) = (new(Embed), new(fingerprint), new(encoder.Sha256));
    }

    /// <summary>Where everything is computed.</summary>
    public Device Device { get; }

    /// <summary>The pre-trained encoder; it is not changed.</summary>
    public Module Encoder { get; }

    /// <summary>The data set's name.</summary>
    public string Data { get; }

    /// <summary>What is learnt: <c>node-classification</c>, <c>graph-classification</c> or <c>graph-regression</c>.</summary>
    public abstract string Task { get; }

    /// <summary>What a score is: <c>accuracy</c>, <c>auroc</c>, <c>rmse</c>, ….</summary>
    public abstract string Metric { get; }

    /// <summary>Whether a larger score is a better one.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>The labels of all rows, and what they mean.</summary>
    public abstract Targets Targets { get; }

    /// <summary>Nodes or graphs of all splits.</summary>
    public int Rows => strata.Length;

    /// <summary>Number of splits.</summary>
    public int Splits => splits.Length;

    /// <summary>The fewest training labels of a split: the largest budget that every seed can have.</summary>
    public int Labels => splits.Min(split => split.Train.Length);

    /// <summary>Groups that a budget holds each a share of: the classes of the training rows, or one.</summary>
    public int Strata => StrataIn(splits, strata);

    internal static int StrataIn(IReadOnlyList<Split> splits, int[] strata) => splits.Max(split => split.Train.Select(row => strata[row]).Distinct().Count());

    /// <summary>SHA-256 of the data: edges, features, labels and splits.</summary>
    public string DataSha256 => dataSha256.Value;

    /// <summary>SHA-256 of the encoder's weights.</summary>
    public string EncoderSha256 => encoderSha256.Value;

    /// <summary>Besides data and weights, all that a run's result depends on: the model's options and how batches are made.</summary>
    public abstract string Setting { get; }

    /// <summary>The rows of a seed.</summary>
    /// <param name="seed">Names the split, and which labels a budget holds.</param>
    /// <param name="labels">How many training labels; null for all of the split. A larger number holds a smaller one's rows.</param>
    /// <exception cref="InvalidDataException">There are fewer labels, or more classes than labels.</exception>
    public Split SplitOf(ulong seed, int? labels = null)
    {
        var split = splits[(int)(seed % (ulong)splits.Length)];
        return labels is { } count ? split with { Train = NestedBudget.Draw(Data, split.Train, strata, count, seed) } : split;
    }

    /// <summary>A whole model, which the caller disposes of.</summary>
    /// <param name="seed">Names its initial weights; the head's are the same with and without pre-training.</param>
    /// <param name="pretrained">Whether its encoder starts from the pre-trained weights.</param>
    public abstract Module Model(ulong seed, bool pretrained);

    /// <summary>Trains a model and reads its test score once.</summary>
    /// <param name="model">What <see cref="Model"/> made.</param>
    /// <param name="tuner">The strategy and the loop.</param>
    /// <param name="split">What <see cref="SplitOf"/> gave.</param>
    /// <exception cref="ArithmeticException">The loss is not finite.</exception>
    public abstract FineTuneReport Train(Module model, FineTuner tuner, Split split);

    /// <summary>What the pre-trained encoder makes of every row, in inference; computed once.</summary>
    public FrozenRows Frozen => frozen.Value;

    /// <summary>What a model says of some rows, in inference.</summary>
    /// <param name="model">What <see cref="Model"/> made.</param>
    /// <param name="rows">Which rows.</param>
    /// <returns>y[<see cref="Rows"/>, outputs]; rows that were not asked for may hold anything.</returns>
    public abstract float[] Predict(Module model, ReadOnlySpan<int> rows);

    /// <summary>The score of some rows.</summary>
    /// <param name="outputs">y[<see cref="Rows"/>, outputs]: logits or numbers.</param>
    /// <param name="rows">Which rows count.</param>
    public abstract double Score(float[] outputs, ReadOnlySpan<int> rows);

    /// <summary>The test score of a method that trains no model. Call it once a run, when all has been chosen on the validation rows.</summary>
    /// <param name="split">Whose test rows.</param>
    /// <param name="predict">Gives y[<see cref="Rows"/>, outputs], filled for the rows it is told.</param>
    internal double Judge(Split split, Func<int[], float[]> predict)
    {
        var rows = split.Test.Open();
        return Score(predict(rows), rows);
    }

    private protected abstract FrozenRows Embed();

    // A fold of a cross-validation has no validation rows: a tenth of the training rows choose, drawn by class.
    private Split WithValidation(Split split)
    {
        if (split.Validation.Length > 0) return split;
        var kept = Math.Max(split.Train.Length - Math.Max(1, split.Train.Length / ValidationShare), split.Train.Select(row => strata[row]).Distinct().Count());
        var train = NestedBudget.Draw(Data, split.Train, strata, kept, seed: 0);
        return split with { Train = train, Validation = [.. split.Train.Except(train)] };
    }

    /// <summary>Returns the memory that is its own.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>The name and sizes.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Data}: {Task} on {Rows} rows, {Labels} labels");
}
