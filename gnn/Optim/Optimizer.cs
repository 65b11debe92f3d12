using System.Runtime.InteropServices;
using GraphTune.Autograd;
using GraphTune.Engine;

namespace GraphTune.Gnn.Optim;

/// <summary>Moves parameters against their gradients. What it remembers is filed under each parameter's path.</summary>
/// <remarks>
/// Parameters that move for the first time are put side by side in a <see cref="ParameterArena"/>, so that one kernel moves a whole group.
/// Groups are given anew at every step: a parameter may change its group, its rate, or rest for a while: its state waits for it, its
/// step count too. A parameter without a gradient is left alone, as in PyTorch. Nothing is read back from the device, and after the
/// first step no device memory is taken.
/// </remarks>
public abstract class Optimizer : IDisposable
{
    private const string StepKey = "step", AnchorKey = "start";
    private readonly Dictionary<string, (Parameter Of, ParameterState State)> states = [];
    private readonly Dictionary<ParameterArena, ArenaState> arenas = [];
    private readonly List<UpdateBatch> batches = [];
    private int open;   // batches in use in this step
    private long stamp;

    /// <summary>What is remembered for each element, by PyTorch's names: <c>exp_avg</c>, <c>momentum_buffer</c>.</summary>
    protected abstract IReadOnlyList<string> Slots { get; }

    /// <summary>One step at the groups' own rates.</summary>
    /// <param name="groups">Who moves, and how fast. A parameter belongs to one group.</param>
    /// <param name="clipNorm">The largest 2-norm of all gradients together; longer ones are scaled down within the step. Infinite for no limit.</param>
    /// <exception cref="ArgumentException">A parameter is in two groups.</exception>
    /// <exception cref="ShapeException">State was loaded or kept under the path of a parameter of another shape.</exception>
    public void Step(IEnumerable<ParameterGroup> groups, float clipNorm = float.PositiveInfinity) => Step([.. groups], Schedule.Constant(), 0, clipNorm);

    /// <summary>One step of a schedule: each group's rate as the schedule has it, and its momentum where it moves that too.</summary>
    /// <param name="groups">Who moves, and how fast at the most.</param>
    /// <param name="schedule">The rate over time.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="clipNorm">The largest 2-norm of all gradients together.</param>
    /// <inheritdoc cref="Step(IEnumerable{ParameterGroup}, float)" path="/exception"/>
    public void Step(IReadOnlyList<ParameterGroup> groups, Schedule schedule, int step, float clipNorm = float.PositiveInfinity)
    {
        stamp++;
        open = 0;
        ParameterArena.Adopt(groups.Where(g => !g.Frozen).SelectMany(g => g.Parameters).Select(p => p.Value).Where(p => p.HasGrad));
        foreach (var group in groups) Register(group);
        if (open == 0) return;
        var moving = batches[..open];
        foreach (var batch in moving) batch.Close();
        using var clip = float.IsPositiveInfinity(clipNorm) ? null : ClipGradNorm.Measure(moving, clipNorm);
        foreach (var batch in moving)
            Move(batch, new(schedule.Rate(step, batch.Group.LearningRate), batch.Group.WeightDecay, schedule.Momentum(step), clip));
    }

    /// <summary>Moves the parameters of one batch.</summary>
    /// <param name="batch">They have gradients.</param>
    /// <param name="rates">The numbers of this step.</param>
    protected abstract void Move(UpdateBatch batch, StepRates rates);

    private void Register(ParameterGroup group)
    {
        if (group.Frozen) return;
        foreach (var (path, p) in group.Parameters)
        {
            if (!p.HasGrad) continue;
            var state = StateOf(path, p);
            state.Enter(path, p, group.Name, stamp);
            Batch(group, p.Arena!, state.Steps).Add(p);
        }
    }

    private ParameterState StateOf(string path, Parameter p)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(states, path, out var exists);
        if (!exists) known = (p, new(p));
        return known.State;
    }

    private ArenaState StateOf(ParameterArena arena) =>
        arenas.TryGetValue(arena, out var known) ? known : arenas[arena] = new(arena, Slots.Count);

    private UpdateBatch Batch(ParameterGroup group, ParameterArena arena, long steps)
    {
        for (var i = 0; i < open; i++)
            if (batches[i].Takes(group, arena, steps)) return batches[i];
        if (open == batches.Count) batches.Add(new());
        batches[open].Open(group, arena, StateOf(arena), steps);
        return batches[open++];
    }

    /// <summary>All that is remembered, as named tensors: <c>head.weight.exp_avg</c>, and <c>head.weight.step</c> with one number.</summary>
    public IEnumerable<HostTensor> State()
    {
        foreach (var (path, (p, state)) in states)
        {
            var arena = StateOf(p.Arena!);
            yield return HostTensor.Of($"{path}.{StepKey}", [1], [(float)state.Steps]);
            for (var slot = 0; slot < Slots.Count; slot++) yield return Host(Slots[slot], arena.Slots[slot]);
            if (arena.Anchor is not null) yield return Host(AnchorKey, arena.Anchor);

            HostTensor Host(string name, Tensor all) => HostTensor.Of($"{path}.{name}", Checkpoint.Sizes(p.Shape), Part(all, p).ToArray());
        }
    }

    /// <summary>Takes up what <see cref="State"/> gave, in place of all that is remembered now.</summary>
    /// <param name="tensors">Named tensors; those of parameters that are not there are passed over.</param>
    /// <param name="parameters">The model's parameters and their paths.</param>
    /// <exception cref="InvalidDataException">A parameter's state is incomplete or has another shape.</exception>
    public void Load(IEnumerable<HostTensor> tensors, IEnumerable<(string Path, Parameter Value)> parameters)
    {
        Clear();
        var found = tensors.ToDictionary(t => t.Name);
        (string Path, Parameter Value)[] known = [.. parameters.Where(p => found.ContainsKey($"{p.Path}.{StepKey}"))];
        ParameterArena.Adopt(known.Select(p => p.Value));
        foreach (var (path, p) in known)
        {
            StateOf(path, p).Steps = (long)found[$"{path}.{StepKey}"].ToFloats()[0];
            var arena = StateOf(p.Arena!);
            for (var slot = 0; slot < Slots.Count; slot++) Part(arena.Slots[slot], p).Write(Values(found, $"{path}.{Slots[slot]}", p));
            if (found.ContainsKey($"{path}.{AnchorKey}")) Part(arena.KeepAnchor(), p).Write(Values(found, $"{path}.{AnchorKey}", p));
        }
    }

    private static Tensor Part(Tensor all, Parameter p) => new(all, p.Start, p.Shape);

    private static float[] Values(Dictionary<string, HostTensor> found, string name, Parameter p)
    {
        if (!found.TryGetValue(name, out var tensor)) throw new InvalidDataException($"The optimizer's state has no '{name}'; it was written by another optimizer or is cut off.");
        return tensor.Shape.AsSpan().SequenceEqual(Checkpoint.Sizes(p.Shape)) ? tensor.ToFloats() : throw new InvalidDataException($"The optimizer's state '{name}' is {tensor}, but its parameter has shape {p.Shape}.");
    }

    /// <summary>Forgets all, and returns its memory.</summary>
    public void Clear()
    {
        foreach (var arena in arenas.Values) arena.Dispose();
        foreach (var batch in batches) batch.Dispose();
        arenas.Clear();
        batches.Clear();
        states.Clear();
    }

    /// <summary>Returns the memory of the state.</summary>
    public void Dispose()
    {
        Clear();
        GC.SuppressFinalize(this);
    }
}
