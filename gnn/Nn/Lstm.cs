using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>Long short-term memory, one step at a time. Names as PyTorch's: <c>weight_ih_l0</c>[4h, inputs], <c>weight_hh_l0</c>[4h, h], <c>bias_ih_l0</c>, <c>bias_hh_l0</c>, gates in the order i, f, g, o.</summary>
/// <remarks>Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000.</remarks>
public sealed class Lstm : Module
{
    private readonly Cell[] cells;
    private readonly int hidden;

    /// <summary>An LSTM with random weights, uniform in ±1 / √h.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="hidden">Columns of the state, h.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="layers">How many lie on each other.</param>
    /// <param name="suffixes">What the parameters' names end in, one for each direction: nothing, and <c>_reverse</c>.</param>
    public Lstm(Device device, int inputs, int hidden, Rng rng, int layers = 1, params string[] suffixes)
    {
        this.hidden = hidden;
        cells = [.. Enumerable.Range(0, layers).SelectMany(layer => (suffixes.Length == 0 ? [""] : suffixes).Select(suffix => New(layer, suffix)))];

        Cell New(int layer, string suffix) => new(
            Weight($"weight_ih_l{layer}{suffix}", 4 * hidden, layer == 0 ? inputs : hidden), Weight($"weight_hh_l{layer}{suffix}", 4 * hidden, hidden),
            Bias($"bias_ih_l{layer}{suffix}"), Bias($"bias_hh_l{layer}{suffix}"));
        Parameter Weight(string name, int rows, int columns) => Add(name, Init.Kaiming(device, new Shape(rows, columns), hidden, rng));
        Parameter Bias(string name) => Add(name, Init.Kaiming(device, new Shape(4 * hidden), hidden, rng));
    }

    /// <summary>What is remembered between steps, for each layer.</summary>
    public sealed class State
    {
        internal State(Var[] output, Var[] memory) => (Output, Memory) = (output, memory);

        internal Var[] Output { get; }

        internal Var[] Memory { get; }
    }

    /// <summary>Zeros.</summary>
    /// <param name="tape">Where to compute.</param>
    /// <param name="rows">Sequences that run side by side.</param>
    public State Start(Tape tape, int rows)
    {
        Var Zeros() => tape.Constant(new Shape(rows, hidden), 0f);
        return new([.. cells.Select(_ => Zeros())], [.. cells.Select(_ => Zeros())]);
    }

    /// <summary>One step of all layers: the last layer's output[rows, h]. The state moves on.</summary>
    /// <param name="x">x[rows, inputs].</param>
    /// <param name="state">From <see cref="Start"/> or the step before.</param>
    public Var Step(Var x, State state)
    {
        for (var layer = 0; layer < cells.Length; layer++) x = Step(x, state, layer, cells[layer]);
        return x;
    }

    /// <summary>Runs one direction of a single layer over a sequence.</summary>
    /// <param name="sequence">x[rows, inputs] at each time.</param>
    /// <param name="direction">0, or 1 for the parameters of the second suffix, which read from the end.</param>
    /// <returns>output[rows, h] at each time.</returns>
    public Var[] Run(IReadOnlyList<Var> sequence, int direction = 0)
    {
        var state = Start(sequence[0].Tape, sequence[0].Shape[0]);
        var outputs = new Var[sequence.Count];
        for (var k = 0; k < sequence.Count; k++)
        {
            var time = direction == 0 ? k : sequence.Count - 1 - k;
            outputs[time] = Step(sequence[time], state, direction, cells[direction]);
        }
        return outputs;
    }

    private Var Step(Var x, State state, int slot, Cell cell)
    {
        var gates = x.Linear(cell.InputWeight, cell.InputBias) + state.Output[slot].Linear(cell.StateWeight, cell.StateBias);
        Var Gate(int k) => gates.Columns((k * hidden)..((k + 1) * hidden));
        state.Memory[slot] = Gate(1).Sigmoid() * state.Memory[slot] + Gate(0).Sigmoid() * Gate(2).Tanh();
        return state.Output[slot] = Gate(3).Sigmoid() * state.Memory[slot].Tanh();
    }

    private sealed record Cell(Parameter InputWeight, Parameter StateWeight, Parameter InputBias, Parameter StateBias);
}
