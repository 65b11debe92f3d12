using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;

namespace GraphTune.Tests;

/// <summary>What a layer is given on a tape; attributes and weights in canonical order.</summary>
internal sealed record ContractOperands(ContractStage Stage, Var X)
{
    public Graph Graph => Stage.Graph;

    public Var Attr => Graph.InCanonicalOrder(X.Tape.Input(Stage.GivenAttr));

    public Var Weight => Graph.InCanonicalOrder(X.Tape.Input(Stage.GivenWeight));
}

/// <summary>A layer and what it does with a scene.</summary>
internal sealed class ContractLayer(Module module, Func<ContractOperands, Var> forward) : IDisposable
{
    public Module Module => module;

    public Var Forward(Tape tape, ContractStage stage) => forward(new(stage, tape.Input(stage.X)));

    public void Dispose() => module.Dispose();
}

/// <summary>One row of the layer contract.</summary>
/// <param name="Make">Builds the layer with random weights.</param>
/// <param name="Width">Columns of the result.</param>
internal sealed record ContractRow(Func<Device, Rng, ContractLayer> Make, int Width)
{
    /// <summary>What is special about the row, after the layer's name.</summary>
    public string Variant { get; init; } = "";

    /// <summary>Whether there is a row for each graph, not for each node.</summary>
    public bool PerGraph { get; init; }

    /// <summary>How far a gradient may be from its difference: more where kinks lie close.</summary>
    public double Tolerance { get; init; } = 5e-3;

    public static ContractRow Of<T>(int width, Func<Device, Rng, T> make, Func<T, ContractOperands, Var> forward, string variant = "") where T : Module =>
        new((device, rng) =>
        {
            var layer = make(device, rng);
            return new ContractLayer(layer, o => forward(layer, o));
        }, width)
        { Variant = $"{typeof(T).Name} {variant}".TrimEnd(), Kind = typeof(T) };

    /// <summary>The layer's type.</summary>
    public Type Kind { get; private init; } = typeof(Module);

    public override string ToString() => Variant;
}
