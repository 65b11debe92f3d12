using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

public sealed partial class Graph
{
    private const int Spare = 8;      // times what a kept sum takes that must be free, since steps have needs of their own
    private List<Tensor>? constant;   // features whose sums may be kept

    /// <summary>Says that these node features will not change while the graph lives: their sums, means and normalised sums are then made once and kept.</summary>
    /// <param name="x">x[sources, f], as it is given to <see cref="Tape.Input"/> in each step.</param>
    /// <exception cref="ArgumentException">x is a parameter, which learns, or a result on a tape, which ends with it.</exception>
    /// <exception cref="DeviceException">x is on another device.</exception>
    /// <exception cref="ShapeException">x has not one row for each source.</exception>
    /// <remarks>
    /// For training on a whole graph without dropout of its input, as PyG's <c>SGConv</c> does with <c>cached</c>. A first layer of <c>GcnConv</c> or
    /// <c>SageConv</c> then sums before its product, whichever is narrower, and has no sum to run in either direction: of a step of two layers on arXiv's
    /// sizes a quarter. <c>GraphConv</c> and <c>GinConv</c> gain their one sum forward; sums with weights or a bias are made each time. Each kind of sum that
    /// is asked for holds n × f floats until the graph is disposed of, as long as eight times as much is free; else it is made each time, to the same bits.
    /// Against a graph that was not told, results are equal to within rounding.
    /// </remarks>
    public void KeepSumsOf(Tensor x)
    {
        if (x is Parameter or Var) throw new ArgumentException($"KeepSumsOf: {x} is {(x is Parameter ? "a parameter, which learns" : "on a tape, which ends")}; give features that stay as they are", nameof(x));
        if (x.Device != Device) throw new DeviceException($"KeepSumsOf: {x} is on {x.Device}, but the graph is on {Device}");
        if (x.Shape.Rank == 0 || x.Shape[0] != Sources) throw new ShapeException($"KeepSumsOf: x is {x.Shape}, but there are {Sources} nodes: give x[{Sources}, f]");
        if (!(constant ??= []).Contains(x)) constant.Add(x);
    }

    /// <summary>Whether sums of x may be kept, and so come before products.</summary>
    internal bool Keeps(Tensor x) => constant is not null && x is Var { Brought: { } from } && constant.Contains(from);

    /// <summary>A mean as an operation that has not run.</summary>
    internal Op MeanOf(Var x, Tensor? bias) => new Aggregate(x, In, Out, Scale: InverseInDegree, Bias: bias);

    /// <summary>A sum as an operation that has not run.</summary>
    internal Op SumOf(Var x, Tensor? bias) => new Aggregate(x, In, Out, Bias: bias);

    private Var Kept(string kind, Aggregate sum) =>
        constant is not null && sum is { Weight: null, Bias: null, X: Var { Brought: { } from } x } && constant.IndexOf(from) is >= 0 and var number && Made($"{kind} of {number}", sum) is { } kept
            ? x.Tape.Input(kept)
            : sum.Apply();

    private Tensor? Made(string name, Aggregate sum)
    {
        if (derived.TryGetValue(name, out var kept)) return (Tensor)kept;
        var shape = sum.Shape();
        if (!Device.Pool.HasRoomFor((long)Spare * shape.Count * sizeof(float))) return null;
        Tensor? y = null;
        try
        {
            y = BufferPool.Lasting(() => new Tensor(Device, shape));
            sum.Into(y);
        }
        catch (DeviceException)
        {
            y?.Dispose();
            return null;
        }
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
