using System.Runtime.InteropServices;
using GraphTune.Autograd;
using GraphTune.Engine;

namespace GraphTune.Gnn.Optim;

/// <summary>Moves parameters against their gradients. What it remembers is filed under each parameter's path.</summary>
/// <remarks>
/// Groups are given anew at every step, so a parameter may change its group, its rate, or rest for a while: its state waits for it, its
/// step count too. A parameter without a gradient is left alone, as in PyTorch. Nothing is read back from the device, and after the
/// first step no device memory is taken.
/// </remarks>
public abstract class Optimizer : IDisposable
{
    private const string StepKey = "step";
    private readonly Dictionary<string, ParameterState> states = [];
    private readonly List<Parameter> moving = [];
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
        moving.Clear();
        foreach (var group in groups) Register(group);
        if (moving.Count == 0) return;
        using var clip = float.IsPositiveInfinity(clipNorm) ? null : ClipGradNorm.Measure(moving, clipNorm);
        foreach (var group in groups)
        {
            if (group.Frozen) continue;
            var rate = schedule.Rate(step, group.LearningRate);
            foreach (var (path, p) in group.Parameters)
                if (p.HasGrad) Move(p, states[path], new(rate, group.WeightDecay, schedule.Momentum(step), clip));
        }
    }

    /// <summary>Moves one parameter.</summary>
    /// <param name="p">It has a gradient.</param>
    /// <param name="state">What is remembered of it; <see cref="ParameterState.Steps"/> counts this step already.</param>
    /// <param name="rates">The numbers of this step.</param>
    protected abstract void Move(Parameter p, ParameterState state, StepRates rates);

    private void Register(ParameterGroup group)
    {
        if (group.Frozen) return;
        foreach (var (path, p) in group.Parameters)
        {
            if (!p.HasGrad) continue;
            ref var state = ref CollectionsMarshal.GetValueRefOrAddDefault(states, path, out _);
            state ??= new(p, Slots.Count);
            state.Enter(path, p, group.Name, stamp);
            moving.Add(p);
        }
    }

    /// <summary>All that is remembered, as named tensors: <c>head.weight.exp_avg</c>, and <c>head.weight.step</c> with one number.</summary>
    public IEnumerable<HostTensor> State()
    {
        foreach (var (path, state) in states)
        {
            yield return HostTensor.Of($"{path}.{StepKey}", [1], [(float)state.Steps]);
            for (var slot = 0; slot < Slots.Count; slot++)
                yield return HostTensor.Of($"{path}.{Slots[slot]}", Checkpoint.Sizes(state.Slots[slot].Shape), state.Slots[slot].ToArray());
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
        foreach (var (path, p) in parameters)
        {
            if (!found.TryGetValue($"{path}.{StepKey}", out var steps)) continue;
            var state = states[path] = new(p, Slots.Count) { Steps = (long)steps.ToFloats()[0] };
            for (var slot = 0; slot < Slots.Count; slot++) state.Slots[slot].Write(Values(found, $"{path}.{Slots[slot]}", p));
        }
    }

    private static float[] Values(Dictionary<string, HostTensor> found, string name, Parameter p)
    {
        if (!found.TryGetValue(name, out var tensor)) throw new InvalidDataException($"The optimizer's state has no '{name}'; it was written by another optimizer or is cut off.");
        return tensor.Shape.AsSpan().SequenceEqual(Checkpoint.Sizes(p.Shape)) ? tensor.ToFloats() : throw new InvalidDataException($"The optimizer's state '{name}' is {tensor}, but its parameter has shape {p.Shape}.");
    }

    /// <summary>Forgets all, and returns its memory.</summary>
    public void Clear()
    {
        foreach (var state in states.Values) state.Dispose();
        states.Clear();
    }

    /// <summary>Returns the memory of the state.</summary>
    public void Dispose()
    {
        Clear();
        GC.SuppressFinalize(this);
    }
}
