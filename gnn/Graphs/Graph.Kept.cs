using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

public sealed partial class Graph
{
    private readonly Dictionary<Tensor, int> constant = [];   // and which one it was
    private int constants;

    /// <summary>Says that these node features will not change while the graph lives: their sums, means and normalised sums are then made once and kept.</summary>
    /// <param name="x">x[sources, f], as it is given to <see cref="Tape.Input"/> in each step.</param>
    /// <exception cref="ArgumentException">x is a parameter, which learns, or a result on a tape, which ends with it.</exception>
    /// <remarks>
    /// For training on a whole graph without dropout of its input (the <c>cached</c> of PyG's <c>SGConv</c>). A first layer that is linear then sums before its
    /// product, whichever is narrower, and has no sum to run in either direction: of a step of a two-layer network on arXiv's graph, a quarter. Each kind of
    /// sum that is asked for holds n × f floats until the graph is disposed of; where there is no memory for them, sums are made each time. Results are as
    /// of sums before products: equal to within rounding.
    /// </remarks>
    public void KeepSumsOf(Tensor x)
    {
        if (x is Parameter or Var) throw new ArgumentException($"KeepSumsOf: {x} is {(x is Parameter ? "a parameter, which learns" : "on a tape, which ends")}; give features that stay as they are", nameof(x));
        if (x.Shape.Rank == 0 || x.Shape[0] != Sources) throw new ShapeException($"KeepSumsOf: x is {x.Shape}, but there are {Sources} nodes: give x[{Sources}, f]");
        if (!constant.ContainsKey(x)) constant[x] = constants++;
    }

    /// <summary>Whether sums of x are kept, as far as there is memory.</summary>
    internal bool Keeps(Tensor x) => x is Var { Brought: { } from } && constant.ContainsKey(from);

    /// <summary>A mean as an operation that has not run.</summary>
    internal Op MeanOf(Var x, Tensor? bias) => new Aggregate(x, In, Out, Scale: InverseInDegree, Bias: bias);

    /// <summary>A sum as an operation that has not run.</summary>
    internal Op SumOf(Var x, Tensor? bias) => new Aggregate(x, In, Out, Bias: bias);

    private Var Kept(string kind, Aggregate sum)
    {
        if (sum is not { Weight: null, Bias: null, X: Var { Brought: { } from, Tape: var tape } } || !constant.TryGetValue(from, out var number)) return sum.Apply();
        if (Made($"{kind} of {number}", sum, from) is { } kept) return tape.Input(kept);
        constant.Remove(from);   // there is no memory for it
        return sum.Apply();
    }

    private Tensor? Made(string name, Aggregate sum, Tensor from)
    {
        if (derived.TryGetValue(name, out var kept)) return (Tensor)kept;
        var shape = sum.Shape();
        if (!Device.Pool.HasRoomFor((long)shape.Count * sizeof(float))) return null;
        Tensor y;
        try { y = BufferPool.Lasting(() => new Tensor(Device, shape)); }
        catch (DeviceException) { return null; }
        (sum with { X = from }).Into(y);
        Device.Pool.Trim();   // a sum of a large table takes as much again, which no step will
        derived[name] = Own(y);
        return y;
    }

    private Graph Keeping(Graph looped, Var x)
    {
        if (Keeps(x)) looped.KeepSumsOf(x.Brought!);
        return looped;
    }
}
