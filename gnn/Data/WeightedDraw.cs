using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>Draws items in proportion to fixed weights, in whole numbers, so that every machine draws the same.</summary>
internal sealed class WeightedDraw
{
    private const double Resolution = 256;

    private readonly int[] items;
    private readonly int[] upTo;

    /// <summary>Sums the weights.</summary>
    /// <param name="items">What may be drawn, not empty.</param>
    /// <param name="weight">Weight of every possible item by its id, 1 or more.</param>
    public WeightedDraw(int[] items, double[] weight)
    {
        this.items = items;
        upTo = new int[items.Length];
        var sum = 0;
        for (var i = 0; i < items.Length; i++) upTo[i] = sum = checked(sum + (int)(Resolution * weight[items[i]]));
    }

    /// <summary>One item.</summary>
    public int Next(Rng rng)
    {
        var at = Array.BinarySearch(upTo, rng.Next(upTo[^1]) + 1);
        return items[at >= 0 ? at : ~at];
    }
}
