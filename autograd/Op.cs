using GraphTune.Engine;

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

    /// <summary>Whether a gradient of <paramref name="input"/> is wanted at all.</summary>
    protected static bool Wants(Tensor input) => input is IDifferentiable { Tracks: true };
}

/// <summary>An operation that moves nothing: its result is another view of its first operand's storage.</summary>
public abstract record ViewOp(Tensor X) : Op(X)
{
    /// <inheritdoc/>
    public sealed override void Forward(Var y) { }

    /// <summary>Passes the gradient on, element by element.</summary>
    public sealed override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new Kernels.Axpby(1f, y.Grad, add ? 1f : 0f, dx));
    }
}
