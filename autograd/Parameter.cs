using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd;

/// <summary>A tensor that learns. It outlives every tape.</summary>
public sealed class Parameter(Device device, Shape shape) : Tensor(device, shape), IDifferentiable
{
    private Tensor? grad;

    /// <summary>Whether a gradient is computed for it. A frozen parameter does not track.</summary>
    public bool Tracks { get; set; } = true;

    /// <inheritdoc/>
    public bool HasGrad { get; private set; }

    /// <summary>∂loss/∂this, shaped like the value; zeros when nothing has been added since <see cref="ClearGrad"/>.</summary>
    public Tensor Grad
    {
        get
        {
            var storage = TakeGrad(out var filled);
            if (!filled) Device.Run(new Fill(storage, 0f));
            return storage;
        }
    }

    /// <inheritdoc/>
    public Tensor TakeGrad(out bool accumulate)
    {
        accumulate = HasGrad;
        HasGrad = true;
        return grad ??= new Tensor(Device, Shape);
    }

    /// <summary>Forgets the gradient; its storage is kept for the next.</summary>
    public void ClearGrad() => HasGrad = false;

    /// <summary>Returns the value and the gradient to the pool.</summary>
    public override void Dispose()
    {
        grad?.Dispose();
        grad = null;
        base.Dispose();
    }
}
