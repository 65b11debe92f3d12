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
            var fuses = steps[i] is Linear && i + 1 < end && steps[i + 1] is Activation { Kind: ActivationKind.Relu };
            x = fuses ? ((Linear)steps[i++]).Forward(x, relu: true) : steps[i].Forward(x);
        }
        return x;
    }
}
