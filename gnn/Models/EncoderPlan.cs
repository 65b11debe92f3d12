using GraphTune.Engine;

namespace GraphTune.Gnn.Models;

/// <summary>Which encoder a file of weights holds, how sure that is, and how its names map.</summary>
/// <param name="Molecular">The options of a <see cref="MolecularEncoder"/>, or null.</param>
/// <param name="Plain">The options of an <see cref="Encoder"/>, or null.</param>
/// <param name="Map">From the file's names to the encoder's.</param>
/// <param name="Evidence">What it was recognised by.</param>
public sealed record EncoderPlan(MolecularOptions? Molecular, EncoderOptions? Plain, NameMap Map, string Evidence)
{
    /// <summary>Builds the encoder with fresh weights.</summary>
    /// <param name="device">Where it is to live.</param>
    public Module Build(Device device) => Molecular is not null ? new MolecularEncoder(device, Molecular, new Rng(0)) : new Encoder(device, Plain!, new Rng(0));

    /// <summary>Builds the encoder with the file's weights; every one of its tensors must be there.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="device">Where it is to live.</param>
    /// <exception cref="InvalidDataException">A tensor is missing, left over, or has another shape.</exception>
    public Module Load(SafeTensors file, string path, Device device) => Checkpoint.Filled(Build(device), file, path, new LoadOptions { Map = Map });

    /// <summary>One line: <c>molecular encoder (Hu et al. 2020): gin, 5 layers, width 300</c>.</summary>
    public override string ToString() => Molecular is { } m
        ? $"molecular encoder (Hu et al. 2020): {m.Body.ToString().ToLowerInvariant()}, {m.Layers} layers, width {m.Width}{(m.Body == MolecularBody.Gat ? $", {m.Heads} heads" : "")}, jumping knowledge {m.Jump.ToString().ToLowerInvariant()}"
        : $"encoder: {Plain!.Convolution.ToString().ToLowerInvariant()}, {Plain.Layers} layers, {Plain.Inputs} inputs, width {Plain.Hidden}, norm {Plain.Norm.ToString().ToLowerInvariant()}";
}
