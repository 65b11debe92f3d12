using System.Runtime.InteropServices;
using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn.Optim;

/// <summary>Parameters of one group that stand in one arena and have taken equally many steps: one kernel moves them all.</summary>
public sealed class UpdateBatch : IDisposable
{
    private readonly List<Parameter> members = [], cut = [];
    private ArenaState state = null!;
    private Blocks? blocks;

    /// <summary>The values of all parameters of the arena.</summary>
    public Tensor Values => Arena.Values;

    /// <summary>Their gradients, placed alike.</summary>
    public Tensor Grads => Arena.Grads;

    /// <summary>What the optimizer remembers, one tensor for each of its slots, placed alike.</summary>
    public IReadOnlyList<Tensor> Slots => state.Slots;

    /// <summary>Where weight decay pulls to, placed alike; null for 0.</summary>
    public Tensor? Anchor { get; private set; }

    /// <summary>How many steps the parameters have taken, this one included.</summary>
    public long Steps { get; private set; }

    /// <summary>The stretches that move. The rest of the arena stays as it is.</summary>
    public Blocks Blocks => blocks!;

    internal ParameterArena Arena { get; private set; } = null!;

    internal ParameterGroup Group { get; private set; } = null!;

    internal void Open(ParameterGroup group, ParameterArena arena, ArenaState of, long steps)
    {
        (Group, Arena, state, Steps) = (group, arena, of, steps);
        Anchor = group.DecaysToStart ? of.KeepAnchor() : null;
        members.Clear();
    }

    internal bool Takes(ParameterGroup group, ParameterArena arena, long steps) => Group == group && Arena == arena && Steps == steps;

    internal void Add(Parameter p) => members.Add(p);

    // The list of blocks is made again only where other parameters move than last time.
    internal void Close()
    {
        if (blocks is not null && CollectionsMarshal.AsSpan(members).SequenceEqual(CollectionsMarshal.AsSpan(cut))) return;
        blocks?.Dispose();
        blocks = new Blocks(Values.Device, ParameterArena.Stretches(members));
        cut.Clear();
        cut.AddRange(members);
    }

    /// <summary>Returns the list of blocks to the pool.</summary>
    public void Dispose() => blocks?.Dispose();
}

/// <summary>The numbers of one step.</summary>
/// <param name="LearningRate">The scheduled rate.</param>
/// <param name="WeightDecay">The group's weight decay.</param>
/// <param name="Momentum">The scheduled momentum (Adam: β₁); null where the optimizer's own stays.</param>
/// <param name="Clip">What gradients are multiplied by, its first number; null for 1.</param>
public readonly record struct StepRates(double LearningRate, double WeightDecay, double? Momentum, Tensor? Clip);
