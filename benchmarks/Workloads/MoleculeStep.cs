using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Models;
using GraphTune.Gnn.Optim;

namespace GraphTune.Benchmarks;

/// <summary>Our side of fine-tuning on molecules: the loader's next batch, forward, backward, Adam; as a user would write it.</summary>
internal sealed class MoleculeStep : IDisposable
{
    public const float Dropout = 0.5f, LearningRate = 1e-3f;
    private readonly Molecules molecules;
    private readonly Device device;
    private readonly MolecularPredictor model;
    private readonly GraphLoader loader;
    private readonly Adam optimizer = new();
    private readonly ParameterGroup group;
    private uint step;

    public MoleculeStep(Molecules molecules, Device device)
    {
        (this.molecules, this.device) = (molecules, device);
        model = Model(Dropout);
        loader = molecules.Loader(device, model);
        group = new ParameterGroup("all", model.Parameters, LearningRate);
    }

    /// <summary>One step.</summary>
    public void Run()
    {
        var batch = loader.Next();
        using (var tape = Tape.Train(device, seed: 1, step++)) tape.Backward(model.Forward(tape, batch).BceWithLogits(batch.Labels));
        optimizer.Step([group]);
        foreach (var (_, parameter) in group.Parameters) parameter.ClearGrad();
    }

    /// <summary>Loss and logits of the epoch's first batch without dropout, then each parameter's gradient, by name.</summary>
    public float[][] Gradients()
    {
        using var fresh = Model(dropout: 0f);
        using var batch = GraphBatch.From(device, molecules.Data, molecules.Epoch[0]);
        using var tape = Tape.Train(device);
        var logits = fresh.Forward(tape, batch);
        var loss = logits.BceWithLogits(batch.Labels);
        float[] values = logits.ToArray();
        tape.Backward(loss);
        return [loss.ToArray(), values, .. fresh.Parameters.OrderBy(p => p.Path, StringComparer.Ordinal).Select(p => p.Value.Grad.ToArray())];
    }

    public void Dispose()
    {
        loader.Dispose();
        optimizer.Dispose();
        model.Dispose();
    }

    private MolecularPredictor Model(float dropout)
    {
        var made = new MolecularPredictor(device, new MolecularOptions { Body = MolecularBody.Gcn, Dropout = dropout }, molecules.Data.Tasks.Count, new Rng(1));
        foreach (var (path, parameter) in made.Parameters) parameter.Write(molecules.Start[path]);
        return made;
    }
}
