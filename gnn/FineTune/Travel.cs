namespace GraphTune.Gnn.FineTune;

/// <summary>How far one layer has moved.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Distance">‖w − w₀‖ ÷ ‖w₀‖ over all its parameters.</param>
public sealed record LayerTravel(string Layer, double Distance);

/// <summary>A model's parameters as they were, to tell how far each layer went.</summary>
/// <remarks>Copies every parameter to the host once.</remarks>
internal sealed class Travel
{
    private readonly Dictionary<string, float[]> start;

    public Travel(Module model) => start = model.Parameters.ToDictionary(p => p.Path, p => p.Value.ToArray());

    /// <summary>The layers from the input up. Parameters that were not there at the start count nowhere.</summary>
    public IReadOnlyList<LayerTravel> Of(Module model) => [.. TopDown.Layers(model).Reverse().Select(layer => new LayerTravel(layer.Name, Distance(model, layer.Glob))).Where(t => double.IsFinite(t.Distance))];

    private double Distance(Module model, string glob)
    {
        double moved = 0, length = 0;
        foreach (var (path, value) in model.Select(glob))
        {
            if (!start.TryGetValue(path, out var before)) continue;
            var now = value.ToArray();
            for (var i = 0; i < now.Length; i++)
            {
                moved += ((double)now[i] - before[i]) * ((double)now[i] - before[i]);
                length += (double)before[i] * before[i];
            }
        }
        return Math.Sqrt(moved / length);
    }
}
