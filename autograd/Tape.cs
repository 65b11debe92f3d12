using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd;

/// <summary>Records operations in the order they run, and owns every tensor they make.</summary>
/// <remarks>
/// Running order is already a topological order, so backward is one walk from the end to the start.
/// Disposing the tape returns all its memory to the device's pool; nothing else needs disposing.
/// Random numbers are named by (seed, step, draw), so a step gives the same bits on every device and with any number of threads.
/// </remarks>
public sealed class Tape : IDisposable
{
    private readonly List<Var> trail = [];
    private readonly List<Indices> notes = [];
    private readonly ulong seed;
    private readonly uint step;
    private uint draws;
    private bool isPart, walked, ended;

    private Tape(Device device, bool records, ulong seed, uint step) => (Device, Records, this.seed, this.step) = (device, records, seed, step);

    /// <summary>A tape that records for backward, and on which dropout drops and batch norm measures.</summary>
    /// <param name="device">Where the operands are.</param>
    /// <param name="seed">The key of all random numbers of the run.</param>
    /// <param name="step">Which step of the run this is.</param>
    public static Tape Train(Device device, ulong seed = 0, uint step = 0) => new(device, records: true, seed, step);

    /// <summary>A tape that keeps nothing for backward: inference.</summary>
    public static Tape Infer(Device device) => new(device, records: false, seed: 0, step: 0);

    /// <summary>A tape for a part of a step that is on the tape <paramref name="of"/>.</summary>
    internal static Tape Part(Tape of, ulong seed) => new(of.Device, of.Records, seed, of.step) { isPart = true };

    /// <summary>Where the tape's tensors are.</summary>
    public Device Device { get; }

    /// <summary>Whether this is training: true for <see cref="Train"/>, false for <see cref="Infer"/>.</summary>
    public bool Records { get; }

    /// <summary>Names the next stream of random numbers.</summary>
    public RandomKey NextKey() => new(seed, step, draws++);

    /// <summary>Brings a tensor onto the tape. Nothing is copied; if it is a parameter, gradients flow to it.</summary>
    public Var Input(Tensor x) => Run(new InputOp(x));

    /// <summary>Storage that lives as long as the tape, for what forward leaves to backward.</summary>
    public Var Scratch(Shape shape) => Keep(new Var(this, null, shape));

    /// <summary>The same for whole numbers, such as places of what forward chose.</summary>
    public Indices ScratchIndices(int count)
    {
        var indices = new Indices(Device, count);
        notes.Add(indices);
        return indices;
    }

    internal static Tape Of(ReadOnlySpan<Tensor> inputs)
    {
        Tape? tape = null;
        foreach (var input in inputs)
        {
            if (input.Device != inputs[0].Device) throw new DeviceException($"operands are on different devices: {inputs[0]} on {inputs[0].Device}, {input} on {input.Device}");
            tape ??= (input as Var)?.Tape;
        }
        return tape ?? throw new InvalidOperationException("No operand is on a tape. Start a computation with tape.Input(x).");
    }

    internal Var Run(Op op)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        var shape = op.Shape();   // throws before memory is taken
        var y = Keep(op is ViewOp view ? new Var(this, op, view.X, shape) : new Var(this, op, shape));
        op.Forward(y);
        Hold(y, op);
        return y;
    }

    // What backward will read stays, whatever forward says.
    private static void Hold(Var y, Op op)
    {
        if (op is ViewOp { X: Var origin }) origin.Hold();
        if (!y.Tracks) return;
        if (op.ReadsResult) y.Hold();
        foreach (var input in op.Inputs)
            if (input is Var x && op.Reads(x)) x.Hold();
    }

    private static void Release(Var y, Op op)
    {
        if (!y.Tracks) return;
        if (op.ReadsResult) y.Release();
        foreach (var input in op.Inputs)
            if (input is Var x && op.Reads(x)) x.Release();
    }

    private Var Keep(Var y)
    {
        trail.Add(y);
        return y;
    }

    /// <summary>Adds ∂loss/∂p to the gradient of every parameter p that tracks and took part.</summary>
    /// <param name="loss">One number computed on this tape.</param>
    /// <param name="scale">What to multiply the loss by: 1 / n when gradients of n batches are accumulated.</param>
    /// <exception cref="ShapeException">The loss is not one number.</exception>
    /// <exception cref="InvalidOperationException">The tape is for inference.</exception>
    public void Backward(Var loss, float scale = 1f)
    {
        if (loss.Count != 1) throw new ShapeException($"Backward: the loss must be one number, not {loss.Shape}");
        if (!Records) throw new InvalidOperationException("Backward: this tape is for inference; open one with Tape.Train.");
        Device.Run(new Fill(loss.TakeGrad(out _), scale));
        Walk();
    }

    /// <summary>The same from any result, whose gradient is known: a part of a larger computation, whose gradient holds it from number <paramref name="first"/> on.</summary>
    internal void Backward(Var y, Tensor gradient, int first = 0)
    {
        Device.Run(new CopyColumns(gradient, gradient.Count, first, y.TakeGrad(out _), y.Count, 0, y.Count));
        Walk();
    }

    private void Walk()
    {
        for (var i = trail.Count - 1; i >= 0; i--)
        {
            var y = trail[i];
            if (y is { Tracks: true, HasGrad: true }) y.Op!.Backward(y);
            y.ReleaseGrad();
            if (!walked && y.Op is { } op) Release(y, op);
        }
        walked = true;
    }

    /// <summary>Returns every tensor of the tape to the pool.</summary>
    public void Dispose()
    {
        if (ended) return;
        ended = true;
        foreach (var y in trail) y.End();
        foreach (var note in notes) note.Dispose();
        trail.Clear();
        notes.Clear();
        if (!isPart) Device.Pool.EndStep();
    }

    internal sealed record InputOp(Tensor X) : ViewOp(X)
    {
        public override Shape Shape() => X.Shape;
    }
}
