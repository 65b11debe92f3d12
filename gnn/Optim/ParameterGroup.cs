using GraphTune.Autograd;

namespace GraphTune.Gnn.Optim;

/// <summary>Named parameters that learn at one rate.</summary>
/// <param name="Name">What reports call it: <c>head</c>, <c>encoder</c>.</param>
/// <param name="Parameters">The parameters and their paths in the model.</param>
/// <param name="LearningRate">The base rate, which a schedule multiplies; 0 or more.</param>
public sealed record ParameterGroup(string Name, IReadOnlyList<(string Path, Parameter Value)> Parameters, float LearningRate)
{
    /// <summary>A group of what a module selects: <c>new("head", model.Select("head.*"), 1e-3f)</c>.</summary>
    public ParameterGroup(string name, IEnumerable<(string Path, Parameter Value)> parameters, float learningRate) : this(name, [.. parameters], learningRate) { }

    /// <summary>Weight decay, as the optimizer takes it; 0 for none.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Whether weight decay pulls to the weights as they were at the first step that asked for it, rather than to 0.</summary>
    /// <remarks>L2-SP: Li, Grandvalet and Davoine 2018, arXiv:1802.01483, eq. 3. What was pre-trained stays near where it came from.</remarks>
    public bool DecaysToStart { get; init; }

    /// <summary>Whether the optimizer leaves the group as it is. Its state is kept.</summary>
    public bool Frozen { get; init; }
}
