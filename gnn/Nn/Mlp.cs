using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>What stands between the linear maps of an <see cref="Mlp"/>.</summary>
public sealed record MlpOptions
{
    /// <summary>The function after each hidden layer.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Relu;

    /// <summary>Makes the norm before each activation, from its device and width; null for none.</summary>
    public Func<Device, int, TensorModule>? Norm { get; init; }

    /// <summary>The share of each hidden layer dropped in training, 0 to below 1.</summary>
    public float Dropout { get; init; }

    /// <summary>Whether the linear maps have a bias.</summary>
    public bool Bias { get; init; } = true;
}

/// <summary>Linear maps with an activation between them: linear, norm, activation, dropout, and so on; the last is linear alone.</summary>
/// <remarks>Parts are numbered as in PyTorch's <c>Sequential</c>, those without parameters too: <c>0.weight</c>, <c>2.weight</c>.</remarks>
public sealed class Mlp : Sequential
{
    /// <summary>A perceptron with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="widths">Columns of the input, of each hidden layer, and of the output; at least two.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="options">What stands between the linear maps.</param>
    public Mlp(Device device, IReadOnlyList<int> widths, Rng rng, MlpOptions? options = null) : base(Between(device, widths, rng, options ?? new()))
    {
    }

    private static IEnumerable<TensorModule> Between(Device device, IReadOnlyList<int> widths, Rng rng, MlpOptions options)
    {
        if (widths.Count < 2) throw new ArgumentException($"Mlp: needs the widths of its input and output at least, but {widths.Count} were given", nameof(widths));
        for (var i = 1; i < widths.Count; i++)
        {
            yield return new Linear(device, widths[i - 1], widths[i], rng, options.Bias);
            if (i == widths.Count - 1) yield break;
            if (options.Norm is { } norm) yield return norm(device, widths[i]);
            if (options.Activation != ActivationKind.None) yield return Activation.Of(options.Activation, device);
            if (options.Dropout > 0f) yield return new Dropout(options.Dropout);
        }
    }
}
