using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd;

/// <summary>One differentiable operation: its operands in the header, then its shape, forward and backward, in that order.</summary>
/// <remarks>The record's members are exactly what the backward pass keeps alive.</remarks>
public abstract record Op(params Tensor[] Inputs)
{
    /// <summary>The result's shape; called before memory is taken or a kernel runs.</summary>
    /// <exception cref="ShapeException">The operands do not fit together.</exception>
    public abstract Shape Shape();

    /// <summary>Writes the whole of <paramref name="y"/>, whose storage is undefined before.</summary>
    public abstract void Forward(Var y);

    /// <summary>Adds this operation's share to the gradient of each input that wants one.</summary>
    public abstract void Backward(Var y);

    /// <summary>Whether <see cref="Backward"/> reads the values of an operand. If not, they may go back to the pool before.</summary>
    /// <param name="input">One of the operands.</param>
    public virtual bool Reads(Tensor input) => true;

    /// <summary>Whether <see cref="Backward"/> reads the values of the result.</summary>
    public virtual bool ReadsResult => true;

    /// <summary>Runs the operation on the tape of its operands.</summary>
    /// <exception cref="InvalidOperationException">No operand is on a tape.</exception>
    /// <exception cref="DeviceException">The operands are on different devices.</exception>
    public Var Apply() => Tape.Of(Inputs).Run(this);

    /// <summary>Runs a kernel on the operands' device.</summary>
    protected void Run<TKernel>(in TKernel kernel) where TKernel : struct, IKernel => Inputs[0].Device.Run(kernel);

    /// <summary>Whether a gradient of <paramref name="input"/> is wanted, and where its share goes.</summary>
    /// <param name="input">One of the operands.</param>
    /// <param name="grad">Storage for the gradient.</param>
    /// <param name="add">Whether to add to what is there; if not, write the whole.</param>
    protected static bool Wants(Tensor input, out Tensor grad, out bool add)
    {
        if (input is IDifferentiable { Tracks: true } tracked)
        {
            grad = tracked.TakeGrad(out add);
            return true;
        }
        (grad, add) = (null!, false);
        return false;
    }

    /// <summary>The same for a gradient that is made of that of <paramref name="y"/> element by element: it may be written over it.</summary>
    /// <param name="input">One of the operands.</param>
    /// <param name="y">The result. It has no gradient after: take it before, and ask this last.</param>
    /// <param name="grad">Storage for the gradient; perhaps that of y's.</param>
    /// <param name="add">Whether to add to what is there; if not, write the whole.</param>
    protected static bool Wants(Tensor input, Var y, out Tensor grad, out bool add)
    {
        if (input is not Var { Tracks: true, HasGrad: false } x || x.Shape != y.Shape) return Wants(input, out grad, out add);
        (grad, add) = (y.GiveGrad(x), false);
        return true;
    }

    /// <summary>Gives the gradient of <paramref name="y"/> to an operand as it stands; without a copy where the operand has none yet.</summary>
    /// <param name="y">The result. It has no gradient after: call this last.</param>
    /// <param name="input">One of the operands, with as many elements.</param>
    protected void PassOn(Var y, Tensor input)
    {
        var dy = y.Grad;
        if (Wants(input, y, out var dx, out var add) && dx != dy) Run(new Axpby(1f, dy, add ? 1f : 0f, dx));
    }

    /// <summary>Where the gradient of an operand goes, for kernels that make several at once; nowhere if it is not wanted.</summary>
    /// <param name="input">One of the operands, or null.</param>
    protected static GradTarget GradOf(Tensor? input) => input is not null && Wants(input, out var grad, out var add) ? new(grad, add) : default;

    /// <summary>Whether a gradient of <paramref name="input"/> is wanted at all.</summary>
    protected static bool Wants(Tensor input) => input is IDifferentiable { Tracks: true };
}

/// <summary>An operation that moves nothing: its result is another view of its first operand's storage.</summary>
public abstract record ViewOp(Tensor X) : Op(X)
{
    /// <inheritdoc/>
    public sealed override void Forward(Var y) { }

    /// <summary>Passes the gradient on, element by element.</summary>
    public sealed override void Backward(Var y) => PassOn(y, X);

    /// <inheritdoc/>
    public sealed override bool Reads(Tensor input) => false;

    /// <inheritdoc/>
    public sealed override bool ReadsResult => false;
}
