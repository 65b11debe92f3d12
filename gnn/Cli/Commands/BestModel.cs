using GraphTune.Gnn;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Metrics;

namespace GraphTune.Cli.Commands;

/// <summary>Keeps the model that is worth saving: of the chosen method's runs the best on validation, and until it has run, of any method's.</summary>
/// <param name="chosen">The method whose models are wanted.</param>
/// <param name="fresh">Makes a model to keep the best one's weights in.</param>
/// <param name="higherIsBetter">Whether a larger validation score is a better one.</param>
internal sealed class BestModel(string chosen, Func<Module> fresh, bool higherIsBetter) : IDisposable
{
    private Module? kept;
    private (bool Chosen, double Score) rank;
    private Calibration? calibration;

    /// <summary>Which run the kept model is from, in words; null where there is none.</summary>
    public string? About { get; private set; }

    /// <summary>Copies a trained model if it is the best so far.</summary>
    public void Offer(string method, RunResult run, Module model)
    {
        var offered = (method == chosen, higherIsBetter ? run.Validation : -run.Validation);
        if (run.BestEpoch < 0 || (kept is not null && offered.CompareTo(rank) <= 0)) return;
        kept ??= fresh();
        kept.CopyFrom(model);
        (rank, calibration, About) = (offered, run.Calibration, $"{method}, seed {run.Seed}, best of its kind on validation");
    }

    /// <summary>Writes the kept model.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="data">The data set's name.</param>
    public void Save(Output output, string data)
    {
        var notes = new Dictionary<string, string> { ["data"] = data, ["training"] = About! };
        if (calibration is not null) notes[Calibration.Key] = calibration.ToJson();
        output.Save(kept!, notes);
    }

    public void Dispose() => kept?.Dispose();
}
