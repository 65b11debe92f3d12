using GraphTune.Engine;

namespace GraphTune.Autograd;

/// <summary>A tensor computed on a tape. It lives until the tape is disposed, and so needs no disposing of its own; disposing early saves memory.</summary>
public sealed class Var : Tensor, IDifferentiable
{
    private Tensor? grad;
    private int readers;          // operations that will read the values in backward, and views
    private bool unneeded, gone;  // by forward; from memory

    /// <summary>The result of an operation, in storage of its own.</summary>
    internal Var(Tape tape, Op? op, Shape shape) : base(tape.Device, shape) => (Tape, Op, Tracks) = (tape, op, tape.Records && Wanted(op));

    /// <summary>The result of an operation that moves nothing: another view of <paramref name="origin"/>.</summary>
    internal Var(Tape tape, Op op, Tensor origin, Shape shape) : base(origin, shape) => (Tape, Op, Tracks) = (tape, op, tape.Records && Wanted(op));

    /// <summary>The tape that owns it.</summary>
    public Tape Tape { get; }

    /// <summary>What computed it; null for scratch storage.</summary>
    public Op? Op { get; }

    /// <summary>The tensor that <see cref="Tape.Input"/> brought onto the tape; null for what was computed there.</summary>
    public Tensor? Brought => Op is Tape.InputOp input ? input.X : null;

    /// <inheritdoc/>
    public bool Tracks { get; }

    /// <inheritdoc/>
    public bool HasGrad => grad is not null;

    /// <summary>∂loss/∂this, while backward passes it.</summary>
    /// <exception cref="InvalidOperationException">Nothing has flowed into it.</exception>
    public Tensor Grad => grad ?? throw new InvalidOperationException($"{this} has no gradient: no loss depends on it, or Backward has passed it already.");

    /// <inheritdoc/>
    public Tensor TakeGrad(out bool accumulate)
    {
        accumulate = grad is not null;
        return grad ??= new Tensor(Device, Shape);
    }

    /// <summary>Says that forward needs the values no more. They go back to the pool at once, or when backward has read them.</summary>
    /// <remarks>Only to save memory, where a layer knows that nobody else holds the value: the tape returns everything at its end.</remarks>
    public override void Dispose()
    {
        unneeded = true;
        if (readers > 0 || gone) return;
        gone = true;
        base.Dispose();
        if (Op is ViewOp { X: Var origin }) origin.Release();
    }

    internal void Hold() => readers++;

    internal void Release()
    {
        readers--;
        if (unneeded) Dispose();
    }

    /// <summary>The end of the tape.</summary>
    internal void End()
    {
        gone = true;
        ReleaseGrad();
        base.Dispose();
    }

    internal Tensor GiveGrad(Var to)
    {
        to.grad = Grad;
        grad = null;
        return to.grad;
    }

    internal void ReleaseGrad()
    {
        grad?.Dispose();
        grad = null;
    }

    private static bool Wanted(Op? op)
    {
        if (op is null) return false;
        foreach (var input in op.Inputs)
            if (input is IDifferentiable { Tracks: true }) return true;
        return false;
    }
}
