using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The constants of a cross-entropy, as a kernel takes them.</summary>
/// <param name="Smoothing">Share of the target spread evenly over all classes, 0 to 1.</param>
/// <param name="Gamma">Focus on hard rows: the loss is multiplied by (1 − p)^γ; 0 for none.</param>
/// <param name="Ignore">The label that leaves its row out.</param>
public readonly record struct CrossEntropyRule(float Smoothing, float Gamma, int Ignore);

/// <summary>For each chosen row i with label y: lᵢ = (1 − s)·w_y·(1 − p_y)^γ·(−log p_y) + s/C·Σ_c w_c·(−log p_c), where p = softmax(xᵢ).</summary>
/// <param name="X">Logits x[n,c].</param>
/// <param name="Label">One class for each of the n rows.</param>
/// <param name="Chosen">The k rows that count, each at most once; null for all.</param>
/// <param name="Weight">One weight for each class; null for 1.</param>
/// <param name="Rule">The constants.</param>
/// <param name="Term">Written: lᵢ of the k chosen rows.</param>
/// <param name="Share">Written: w_y of the k chosen rows, 0 where the row is left out.</param>
/// <param name="Norm">Written, for the gradient: the row's maximum and the log of its sum of exponentials, norm[k,2].</param>
/// <remarks>A label that is no class gives NaN: what the host cannot see in time shows in the loss.</remarks>
public readonly record struct CrossEntropy(Tensor X, Indices Label, Indices? Chosen, Tensor? Weight, CrossEntropyRule Rule, Tensor Term, Tensor Share, Tensor Norm) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Term.Count, this, grain: 1 + 4096 / (16 + X.Shape.RowLength));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        Span<float> term = Term.Span, share = Share.Span, norm = Norm.Span;
        ReadOnlySpan<int> label = Label.Span;
        var weight = Weight is null ? default : Weight.Span;
        for (var k = first; k < end; k++)
        {
            var i = Chosen is null ? k : Chosen.Span[k];
            var x = X.Row(i);
            var y = label[i];
            (term[k], share[k]) = (y == Rule.Ignore ? 0f : float.NaN, 0f);
            if (y == Rule.Ignore) continue;
            (norm[2 * k], norm[2 * k + 1]) = RowMath.Normalizer(x);
            if ((uint)y >= (uint)x.Length) continue;
            share[k] = weight.IsEmpty ? 1f : weight[y];
            term[k] = (1f - Rule.Smoothing) * share[k] * Focus.Value(norm[2 * k] - x[y] + norm[2 * k + 1], Rule.Gamma);
            if (Rule.Smoothing != 0f) term[k] += Rule.Smoothing / x.Length * Even(x, weight, norm[2 * k], norm[2 * k + 1]);
        }
    }

    // Σ_c w_c·(−log p_c)
    private static float Even(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float max, float logSum)
    {
        var sum = 0f;
        for (var c = 0; c < x.Length; c++) sum += (weight.IsEmpty ? 1f : weight[c]) * (max - x[c] + logSum);
        return sum;
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Term.Count, X.View, Label.View, (Chosen ?? Label).View, (Weight ?? X).View, Rule,
        Term.View, Share.View, Norm.View, X.Shape.RowLength, (Chosen is null ? 0 : 1) + (Weight is null ? 0 : 2));

    private static void Kernel(Index1D k, ArrayView<float> x, ArrayView<int> label, ArrayView<int> chosen, ArrayView<float> weight, CrossEntropyRule rule,
        ArrayView<float> term, ArrayView<float> share, ArrayView<float> norm, int classes, int has)
    {
        var i = (has & 1) != 0 ? chosen[k] : (int)k;
        var y = label[i];
        var first = i * classes;
        term[k] = y == rule.Ignore ? 0f : float.NaN;
        share[k] = 0f;
        if (y == rule.Ignore) return;
        var (max, logSum) = RowMath.Normalizer(x, first, first + classes);
        norm[2 * k] = max;
        norm[2 * k + 1] = logSum;
        if (y < 0 || y >= classes) return;
        var w = (has & 2) != 0 ? weight[y] : 1f;
        var even = 0f;
        if (rule.Smoothing != 0f)
            for (var c = 0; c < classes; c++) even += ((has & 2) != 0 ? weight[c] : 1f) * (max - x[first + c] + logSum);
        term[k] = (1f - rule.Smoothing) * w * Focus.Value(max - x[first + y] + logSum, rule.Gamma) + rule.Smoothing / classes * even;
        share[k] = w;
    }
}

/// <summary>The focal factor of Lin et al. 2017 (arXiv:1708.02002, eq. 4) as a function of L = −log p: f(L) = (1 − e^−L)^γ·L, and its slope.</summary>
internal static class Focus
{
    public static float Value(float loss, float gamma) => gamma == 0f ? loss : MathF.Pow(1f - MathF.Exp(-loss), gamma) * loss;

    public static float Slope(float loss, float gamma)
    {
        if (gamma == 0f) return 1f;
        var p = MathF.Exp(-loss);
        var miss = 1f - p;
        return float.IsNaN(miss) || miss > 0f ? MathF.Pow(miss, gamma) * (1f + gamma * p * loss / miss) : 0f;
    }
}
