using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>What was pre-trained is pulled back to where it started; the head, which has no such place, decays as the inner strategy says.</summary>
/// <param name="Inner">Who learns, and how fast.</param>
/// <param name="Strength">The weight decay to the start, in place of the encoder's decay to 0.</param>
/// <remarks>
/// Li, Grandvalet and Davoine 2018, arXiv:1802.01483, eq. 3. Decoupled, as in AdamW: a step takes rate · strength of the way back, within the
/// optimizer's one pass. A layer that joins later is pulled to its weights when it joins, which are the pre-trained ones still.
/// </remarks>
public sealed record L2Sp(IStrategy Inner, float Strength = 0.1f) : Composed(Inner)
{
    /// <inheritdoc/>
    public override IEnumerable<ParameterGroup> Groups(Module model, int epoch)
    {
        var parts = ModelParts.Of(model);
        foreach (var group in Inner.Groups(model, epoch))
        {
            (string Path, Autograd.Parameter Value)[] head = [.. group.Parameters.Where(p => parts.IsHead(p.Path))], rest = [.. group.Parameters.Where(p => !parts.IsHead(p.Path))];
            if (head.Length > 0) yield return group with { Parameters = head };
            if (rest.Length > 0) yield return group with { Name = head.Length > 0 ? $"{group.Name}, encoder" : group.Name, Parameters = rest, WeightDecay = Strength, DecaysToStart = true };
        }
    }
}
