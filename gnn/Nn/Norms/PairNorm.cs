using GraphTune.Autograd;
using GraphTune.Autograd.Ops;

namespace GraphTune.Gnn;

/// <summary>y = s·c / √(ε + mean‖cᵢ‖²) with c = x − mean(x), for each graph: keeps the distances between nodes from shrinking (Zhao and Akoglu 2020, arXiv:1909.12223, eqs. 10–11).</summary>
/// <param name="scale">s.</param>
/// <param name="individually">Whether each node is divided by its own ε + ‖cᵢ‖ instead.</param>
/// <param name="epsilon">ε, above 0.</param>
public sealed class PairNorm(float scale = 1f, bool individually = false, float epsilon = 1e-5f) : NormPerGraph
{
    /// <inheritdoc/>
    public override Var Forward(Var x, RowIndex? batch)
    {
        var centred = x - ToNodes(Means(x, batch), batch);
        return individually
            ? scale * centred / (centred.RowNorm() + epsilon)
            : centred * ToNodes(scale * Means((centred * centred).RowSum(), batch).Rsqrt(epsilon), batch);
    }
}
