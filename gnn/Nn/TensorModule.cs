using GraphTune.Autograd;

namespace GraphTune.Gnn;

/// <summary>A module from one tensor to one tensor: what a <see cref="Sequential"/> is made of.</summary>
public abstract class TensorModule : Module
{
    /// <summary>Computes the result on the tape of <paramref name="x"/>.</summary>
    public abstract Var Forward(Var x);
}

/// <summary>Modules one after another, named <c>0</c>, <c>1</c>, …, as in PyTorch.</summary>
public class Sequential : TensorModule
{
    private readonly TensorModule[] steps;

    /// <summary>Takes ownership of the modules.</summary>
    public Sequential(params IEnumerable<TensorModule> steps)
    {
        this.steps = [.. steps];
        for (var i = 0; i < this.steps.Length; i++) Add($"{i}", this.steps[i]);
    }

    /// <summary>The modules, in order.</summary>
    public IReadOnlyList<TensorModule> Steps => steps;

    /// <inheritdoc/>
    public override Var Forward(Var x) => Forward(x, first: 0, end: steps.Length);

    /// <summary>Some of the modules one after another.</summary>
    /// <param name="x">What the first of them is given.</param>
    /// <param name="first">The first module.</param>
    /// <param name="end">The one after the last.</param>
    public Var Forward(Var x, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            if (steps[i] is not Linear linear)
            {
                x = steps[i].Forward(x);
                continue;
            }
            var (kind, dropout) = (ActivationKind.None, 0f);   // what follows a linear map meets its result in the cache
            if (i + 1 < end && steps[i + 1] is Activation activation) (kind, i) = (activation.Kind, i + 1);
            if (i + 1 < end && steps[i + 1] is Dropout drop) (dropout, i) = (drop.P, i + 1);
            x = linear.Forward(x, kind, dropout);
        }
        return x;
    }
}
