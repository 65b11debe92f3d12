using System.Globalization;

namespace GraphTune.Gnn.FineTune;

/// <summary>How far a layer's parameters have gone from where they started.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="L2">‖w − w⁰‖ over all its parameters.</param>
/// <param name="Relative">That ÷ ‖w⁰‖; infinite where it started from zeros and moved.</param>
public sealed record LayerDistance(string Layer, double L2, double Relative)
{
    /// <summary>The distance of every layer, from the input up.</summary>
    /// <param name="model">As it is now.</param>
    /// <param name="start">Its weights before; what has been added since is not counted.</param>
    /// <remarks>In double, on the host: copies every parameter there twice.</remarks>
    public static IReadOnlyList<LayerDistance> Of(Module model, WeightSnapshot start) =>
        [.. ModelParts.Of(model).TopDown.Reverse().Select(layer => Of(layer.Name, model, layer.Glob, start))];

    private static LayerDistance Of(string name, Module model, string glob, WeightSnapshot start)
    {
        var (moved, home) = (0.0, 0.0);
        foreach (var (path, value) in model.Select(glob))
        {
            if (start[path] is not { } kept) continue;
            float[] now = value.ToArray(), before = kept.ToArray();
            for (var i = 0; i < now.Length; i++)
            {
                moved += ((double)now[i] - before[i]) * ((double)now[i] - before[i]);
                home += (double)before[i] * before[i];
            }
        }
        return new(name, Math.Sqrt(moved), moved == 0 ? 0 : Math.Sqrt(moved / home));
    }

    /// <summary>One line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Layer} {L2:g3} ({Relative:0.0%})");
}
