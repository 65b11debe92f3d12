using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn.Optim;

/// <summary>What an optimizer remembers of one parameter.</summary>
public sealed class ParameterState : IDisposable
{
    private string? group;
    private long stamp;

    internal ParameterState(Parameter p, int slots)
    {
        Slots = [.. Enumerable.Range(0, slots).Select(_ => new Tensor(p.Device, p.Shape))];
        foreach (var slot in Slots) p.Device.Run(new Fill(slot, 0f));
    }

    /// <summary>Tensors of the parameter's shape, zeros at first.</summary>
    public IReadOnlyList<Tensor> Slots { get; }

    /// <summary>How many steps the parameter has taken.</summary>
    public long Steps { get; internal set; }

    // Counts the parameter in for this step.
    internal void Enter(string path, Parameter p, string into, long now)
    {
        if (stamp == now) throw new ArgumentException($"The parameter '{path}' is in the groups '{group}' and '{into}'; it can move once a step.");
        if (Slots.Count > 0 && Slots[0].Shape != p.Shape) throw new ShapeException($"The optimizer remembers '{path}' as {Slots[0].Shape}, but it is {p.Shape}; clear the optimizer for another model.");
        (stamp, group) = (now, into);
        Steps++;
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose()
    {
        foreach (var slot in Slots) slot.Dispose();
    }
}

/// <summary>The numbers of one step for one parameter.</summary>
/// <param name="LearningRate">The scheduled rate.</param>
/// <param name="WeightDecay">The group's weight decay.</param>
/// <param name="Momentum">The scheduled momentum (Adam: β₁); null where the optimizer's own stays.</param>
/// <param name="Clip">What gradients are multiplied by, its first number; null for 1.</param>
public readonly record struct StepRates(double LearningRate, double WeightDecay, double? Momentum, Tensor? Clip);
