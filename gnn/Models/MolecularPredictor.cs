using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Models;

/// <summary>A <see cref="MolecularEncoder"/>, the mean over each molecule's atoms, and a linear head: one logit or number for each task.</summary>
/// <remarks>Hu et al. 2020, arXiv:1905.12265, section 5. Names are the published ones: <c>gnn.…</c>, <c>graph_pred_linear.weight</c>, <c>graph_pred_linear.bias</c>.</remarks>
public sealed class MolecularPredictor : Module, IGraphEmbedder, ILayered, IRebuildable
{
    /// <summary>What a checkpoint calls the predictor.</summary>
    public const string ModelKind = "molecular-predictor";

    /// <summary>A predictor with fresh weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="options">The encoder's sizes and parts.</param>
    /// <param name="tasks">The number of tasks, at least 1.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <exception cref="InvalidDataException">A size or share is out of range.</exception>
    public MolecularPredictor(Device device, MolecularOptions options, int tasks, Rng rng)
    {
        if (tasks < 1) throw new InvalidDataException($"molecular predictor: {tasks} tasks; at least 1 is needed");
        Encoder = Add("gnn", new MolecularEncoder(device, options, rng));
        Head = Add("graph_pred_linear", new Linear(device, options.Outputs, tasks, rng));
    }

    /// <summary>The encoder.</summary>
    public MolecularEncoder Encoder { get; }

    /// <summary>The head.</summary>
    public Linear Head { get; }

    /// <inheritdoc/>
    public int Outputs => Head.Weight.Shape[0];

    /// <inheritdoc/>
    public IReadOnlyList<Layer> Layers => [.. Encoder.Layers.Select(layer => layer.Under("gnn")), new Layer("head", "graph_pred_linear.*")];

    /// <inheritdoc/>
    public string Kind => ModelKind;

    /// <inheritdoc/>
    public string OptionsJson => Gnn.OptionsJson.Write(new Stored(Encoder.OptionsJson, Outputs));

    /// <summary>y[molecules, tasks].</summary>
    /// <param name="tape">Where to compute.</param>
    /// <param name="graph">The molecules.</param>
    /// <exception cref="InvalidDataException">A code is beyond the encoder's tables.</exception>
    public Var Forward(Tape tape, MolecularGraph graph) => Head.Forward(Encoder.Pooled(tape, graph));

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The graphs are no molecules with two codes for each atom and bond, or a code is beyond the encoder's tables.</exception>
    public Var Forward(Tape tape, GraphBatch batch) => Forward(tape, MolecularGraph.Of(batch));

    /// <inheritdoc/>
    public Var Embed(Tape tape, GraphBatch batch) => Encoder.Forward(tape, MolecularGraph.Of(batch));

    /// <inheritdoc/>
    public Var Pool(GraphBatch batch, Var h) => h.Segment(Aggregation.Mean, MolecularGraph.Of(batch).Molecule);

    /// <inheritdoc/>
    public Var Score(Var g) => Head.Forward(g);

    /// <inheritdoc/>
    public void Prepare(GraphBatch batch) => Encoder.Prepare(MolecularGraph.Of(batch));

    internal static MolecularOptions EncoderOf(string json) => MolecularOptions.FromJson(Gnn.OptionsJson.Read<Stored>(json, "molecular predictor options").Encoder);

    private sealed record Stored(string Encoder, int Tasks);
}
