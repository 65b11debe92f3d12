using GraphTune.Autograd;

namespace GraphTune.Gnn;

/// <summary>A norm as the part <c>module</c> of another module: PyG holds PyTorch's batch norm so, and its files have that name.</summary>
public sealed class NestedNorm : TensorModule
{
    /// <summary>Takes ownership of the norm.</summary>
    public NestedNorm(TensorModule norm) => Norm = Add("module", norm);

    /// <summary>The norm.</summary>
    public TensorModule Norm { get; }

    /// <inheritdoc/>
    public override Var Forward(Var x) => Norm.Forward(x);
}
