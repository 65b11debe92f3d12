using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd;

/// <summary>A tensor that learns. It outlives every tape.</summary>
public sealed class Parameter(Device device, Shape shape) : Tensor(device, shape), IDifferentiable
{
    private Tensor? grad;
    private bool ended;

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
        return grad ??= BufferPool.Lasting(() => new Tensor(Device, Shape));
    }

    /// <summary>Forgets the gradient; its storage is kept for the next.</summary>
    public void ClearGrad() => HasGrad = false;

    /// <summary>The arena in which it stands beside others; null while it has storage of its own.</summary>
    public ParameterArena? Arena { get; private set; }

    /// <summary>Where it begins in the arena, in elements.</summary>
    public int Start { get; private set; }

    internal void MoveInto(ParameterArena arena, int start)
    {
        var place = new Tensor(arena.Grads, start, Shape);
        Device.Run(new Copy(this, new Tensor(arena.Values, start, Shape)));
        if (HasGrad) Device.Run(new Copy(grad!, place));
        grad?.Dispose();
        grad = place;
        MoveInto(arena.Values, start);
        (Arena, Start) = (arena, start);
    }

    /// <summary>Returns the value and the gradient to the pool; those in an arena go with the last parameter there.</summary>
    public override void Dispose()
    {
        if (ended) return;
        ended = true;
        Arena?.Leave();
        grad?.Dispose();
        grad = null;
        base.Dispose();
    }
}
