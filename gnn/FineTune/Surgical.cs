using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>Of the encoder one chosen part learns; the head learns whole.</summary>
/// <param name="Inner">Says how fast.</param>
/// <param name="Glob">Selects the part, as in <see cref="Module.Select"/>; null for the bottom layer.</param>
/// <remarks>Lee et al. 2023, arXiv:2210.11466: the bottom where inputs have shifted, the top where labels have.</remarks>
public sealed record Surgical(IStrategy Inner, string? Glob = null) : Composed(Inner)
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The glob selects nothing.</exception>
    public override IEnumerable<ParameterGroup> Groups(Module model, int epoch)
    {
        var parts = ModelParts.Of(model);
        var glob = Glob ?? parts.TopDown[^1].Glob;
        var chosen = model.Select(glob).Select(p => p.Path).ToHashSet();
        if (chosen.Count == 0) throw new ArgumentException($"Surgical: no parameter of the {model.GetType().Name} matches '{glob}'; there are {string.Join(", ", model.Parameters.Take(4).Select(p => p.Path))}, …");
        return Some(model, epoch, path => parts.IsHead(path) || chosen.Contains(path));
    }
}
