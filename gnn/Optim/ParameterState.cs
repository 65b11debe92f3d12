using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn.Optim;

/// <summary>What an optimizer remembers of one parameter.</summary>
internal sealed class ParameterState(Parameter parameter)
{
    private string? group;
    private long stamp;

    /// <summary>How many steps the parameter has taken.</summary>
    public long Steps { get; set; }

    // Counts the parameter in for this step.
    public void Enter(string path, Parameter p, string into, long now)
    {
        if (stamp == now) throw new ArgumentException($"The parameter '{path}' is in the groups '{group}' and '{into}'; it can move once a step.");
        if (parameter.Shape != p.Shape) throw new ShapeException($"The optimizer remembers '{path}' as {parameter.Shape}, but it is {p.Shape}; clear the optimizer for another model.");
        if (parameter != p) throw new ArgumentException($"The optimizer remembers another parameter as '{path}'; clear it for another model.");
        (stamp, group) = (now, into);
        Steps++;
    }
}

/// <summary>What an optimizer remembers of each element of an arena: tensors laid out as its values are.</summary>
internal sealed class ArenaState : IDisposable
{
    private readonly ParameterArena arena;

    public ArenaState(ParameterArena arena, int slots)
    {
        this.arena = arena;
        Slots = [.. Enumerable.Range(0, slots).Select(_ => Like(arena))];
        foreach (var slot in Slots) slot.Device.Run(new Fill(slot, 0f));
    }

    /// <summary>Zeros at first.</summary>
    public IReadOnlyList<Tensor> Slots { get; }

    /// <summary>The values at the first step that asked for them; null before.</summary>
    public Tensor? Anchor { get; private set; }

    /// <summary>Keeps the values as they are now, unless some are kept already.</summary>
    public Tensor KeepAnchor()
    {
        if (Anchor is null) arena.Values.Device.Run(new Copy(arena.Values, Anchor = Like(arena)));
        return Anchor;
    }

    public void Dispose()
    {
        foreach (var slot in Slots) slot.Dispose();
        Anchor?.Dispose();
    }

    private static Tensor Like(ParameterArena arena) => BufferPool.Lasting(() => new Tensor(arena.Values.Device, arena.Values.Shape));
}
