using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The stretches of a long tensor that a kernel works on, cut into blocks: one launch serves many parameters.</summary>
/// <remarks>Eight bytes a block, on the device; made when the stretches change, not at every step.</remarks>
public sealed class Blocks : IDisposable
{
    /// <summary>The most elements of a block: where sums over a tensor are cut, too.</summary>
    public const int Size = 1024;

    private readonly Indices bounds;   // first element and end of each block, in turn

    /// <summary>Cuts stretches into blocks.</summary>
    /// <param name="device">Where the tensors are.</param>
    /// <param name="stretches">First element and end of each.</param>
    public Blocks(Device device, IEnumerable<(int Start, int End)> stretches)
    {
        List<int> cuts = [];
        foreach (var (start, end) in stretches)
            for (var at = start; at < end; at += Size) cuts.AddRange([at, Math.Min(at + Size, end)]);
        bounds = Indices.From(device, [.. cuts]);
    }

    /// <summary>How many blocks there are.</summary>
    public int Count => bounds.Count / 2;

    /// <summary>The bounds for a GPU twin; a stand-in where there are none, since a launch needs something.</summary>
    internal static ArrayView<int> ViewOf(Blocks? blocks, Tensor standIn) => blocks is null ? standIn.View.Cast<int>() : blocks.bounds.View;

    /// <summary>How many blocks a tensor of so many elements makes.</summary>
    public static int In(int elements) => (int)((elements + (long)Size - 1) / Size);

    /// <summary>The first element of a block and its end, for CPU twins; of a whole tensor where <paramref name="blocks"/> is null.</summary>
    internal static (int First, int End) Bounds(Blocks? blocks, int block, int elements)
    {
        if (blocks is null) return (block * Size, (int)Math.Min(elements, (block + 1L) * Size));
        var bounds = blocks.bounds.Span;
        return (bounds[2 * block], bounds[2 * block + 1]);
    }

    /// <summary>The element that a work item has, for GPU twins; −1 for none.</summary>
    /// <param name="item">Size items a block.</param>
    /// <param name="bounds">The view of the blocks; not read where <paramref name="given"/> is 0.</param>
    /// <param name="given">Whether there are blocks; 0 for a whole tensor.</param>
    /// <param name="elements">Of the whole tensor.</param>
    internal static int Element(int item, ArrayView<int> bounds, int given, int elements)
    {
        if (given == 0) return item < elements ? item : -1;
        var at = bounds[item / Size * 2] + item % Size;
        return at < bounds[item / Size * 2 + 1] ? at : -1;
    }

    /// <summary>Returns the list to the pool.</summary>
    public void Dispose() => bounds.Dispose();
}
