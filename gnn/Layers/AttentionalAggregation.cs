using GraphTune.Autograd;
using GraphTune.Autograd.Ops;

namespace GraphTune.Gnn.Layers;

/// <summary>Σ softmax(gate_nn(x))·nn(x) over the members of each group.</summary>
/// <remarks>Li et al. 2016, arXiv:1511.05493, eq. 7; names as PyG's <c>AttentionalAggregation</c>: <c>gate_nn.*</c>, <c>nn.*</c>.</remarks>
public sealed class AttentionalAggregation : Module
{
    /// <summary>Takes ownership of the modules.</summary>
    /// <param name="gateNn">From x[n, f] to one score a row, gate[n, 1], or one a channel, gate[n, g].</param>
    /// <param name="nn">What is summed, nn(x)[n, g]; x itself if null.</param>
    public AttentionalAggregation(TensorModule gateNn, TensorModule? nn = null)
    {
        GateNn = Add("gate_nn", gateNn);
        if (nn is not null) Nn = Add("nn", nn);
    }

    /// <summary>Scores rows.</summary>
    public TensorModule GateNn { get; }

    /// <summary>What is summed, or null.</summary>
    public TensorModule? Nn { get; }

    /// <summary>y[groups, g]; 0 for an empty group.</summary>
    /// <param name="x">x[n, f].</param>
    /// <param name="groups">The group of each row of x.</param>
    public Var Forward(Var x, RowIndex groups)
    {
        var gate = GateNn.Forward(x).SegmentSoftmax(groups);
        return ((Nn?.Forward(x) ?? x) * gate).Segment(Aggregation.Sum, groups);
    }
}

/// <summary>Sequence to sequence for sets: each group is read several times, by attention from the state of an LSTM that sees what it has read.</summary>
/// <remarks>Vinyals, Bengio and Kudlur 2016, arXiv:1511.06391, eqs. 3 to 7; names as PyG's <c>Set2Set</c>: <c>lstm.weight_ih_l0</c>, ….</remarks>
public sealed class Set2Set : Module
{
    private readonly int channels, steps;

    /// <summary>An aggregation with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x; the result has twice as many.</param>
    /// <param name="steps">How often each group is read.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="layers">Layers of the LSTM.</param>
    public Set2Set(Engine.Device device, int inputs, int steps, Engine.Rng rng, int layers = 1)
    {
        (channels, this.steps) = (inputs, steps);
        Lstm = Add("lstm", new Lstm(device, 2 * inputs, inputs, rng, layers));
    }

    /// <summary>What decides where to look next.</summary>
    public Lstm Lstm { get; }

    /// <summary>y[groups, 2·f]: the last query and what it read. An empty group reads zeros.</summary>
    /// <param name="x">x[n, f].</param>
    /// <param name="groups">The group of each row of x.</param>
    public Var Forward(Var x, RowIndex groups)
    {
        var state = Lstm.Start(x.Tape, groups.Rows);
        var read = x.Tape.Constant(new(groups.Rows, 2 * channels), 0f);
        for (var step = 0; step < steps; step++)
        {
            var query = Lstm.Step(read, state);
            var weight = (x * query.Gather(groups)).RowSum().SegmentSoftmax(groups);
            read = query.Concat((x * weight).Segment(Aggregation.Sum, groups));
        }
        return read;
    }
}
