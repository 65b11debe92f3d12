using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Models;

namespace GraphTune.Tests;

/// <summary>A small model and task of nodes, or of molecules, for what every strategy must hold.</summary>
public enum Scene
{
    Nodes,
    Molecules,
}

internal static class TuningScene
{
    public static Module Model(this Scene scene, Device device) => scene == Scene.Nodes
        ? new NodeClassifier(device, Tiny.Options(), seed: 1)
        : new MolecularPredictor(device, new MolecularOptions { Body = MolecularBody.Gin, Layers = 2, Width = 10, Dropout = 0.1f }, tasks: 2, new Rng(1));

    public static FineTuneReport Run(this Scene scene, FineTuner tuner, Module model)
    {
        var device = model.Parameters.First().Value.Device;
        if (scene == Scene.Molecules) return tuner.Run((MolecularPredictor)model, new GraphTask(device, TinyMolecules.Data(80)) { BatchSize = 16 });
        using var task = Tiny.Task(device);
        return tuner.Run((NodeClassifier)model, task);
    }

    /// <summary>What the model says as it is.</summary>
    public static float[] Output(this Scene scene, Module model)
    {
        var device = model.Parameters.First().Value.Device;
        using var tape = Autograd.Tape.Infer(device);
        if (scene == Scene.Molecules)
        {
            using var batch = GraphBatch.From(device, TinyMolecules.Data(80), 0, 1, 2, 3);
            return ((MolecularPredictor)model).Forward(tape, batch).ToArray();
        }
        using var task = Tiny.Task(device);
        return ((NodeClassifier)model).Forward(task.Graph, tape.Input(task.Features)).ToArray();
    }

    public static bool IsHead(string path) => path.StartsWith("head.", StringComparison.Ordinal) || path.StartsWith("graph_pred_linear.", StringComparison.Ordinal);
}
