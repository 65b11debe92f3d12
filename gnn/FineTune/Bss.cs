using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn.FineTune;

/// <summary>Batch spectral shrinkage: the smallest singular values of the step's feature matrix are held small, by strength · Σ σ².</summary>
/// <param name="Inner">Who learns, and how fast.</param>
/// <param name="Strength">What the sum is multiplied by.</param>
/// <param name="Smallest">How many singular values, k.</param>
/// <remarks>
/// Chen et al. 2019, "Catastrophic forgetting meets negative transfer", eq. 7: F has one row for each label of the step.
/// The singular vectors are found on the host, in double, from the smaller of F·Fᵀ and Fᵀ·F: O(min(rows, width)³), and the step waits for it.
/// With them fixed, Σ ‖uᵀ·F‖² has the very gradient of Σ σ², as long as singular values differ.
/// </remarks>
public sealed record Bss(IStrategy Inner, float Strength = 1e-3f, int Smallest = 1) : Penalised(Inner)
{
    /// <inheritdoc/>
    protected override Var Term(TrainingStep step) => SquaredSmallest(step.Features, Smallest) * Strength;

    /// <summary>Σ σ² over the k smallest singular values of f[rows, width].</summary>
    internal static Var SquaredSmallest(Var f, int k)
    {
        var wide = f.Shape[0] <= f.Shape[1];
        var size = wide ? f.Shape[0] : f.Shape[1];
        k = Math.Min(k, size);
        var vectors = SymmetricEigen.Decompose(Gram(f, wide), size).Vectors;
        var u = new float[k * size];
        for (var value = 0; value < k; value++)
            for (var i = 0; i < size; i++) u[value * size + i] = (float)vectors[i * size + value];
        var fixedVectors = f.Tape.Scratch(new Shape(k, size));
        fixedVectors.Write(u);
        var projected = wide ? f.Tape.Input(fixedVectors).MatMul(f) : f.MatMul(fixedVectors, Transpose.Right);
        return (projected * projected).Sum();
    }

    // F·Fᵀ where F is wide, else Fᵀ·F.
    private static double[] Gram(Var f, bool wide)
    {
        using var tape = Tape.Infer(f.Device);
        var x = tape.Input(f);
        return Array.ConvertAll(x.MatMul(x, wide ? Transpose.Right : Transpose.Left).ToArray(), value => (double)value);
    }
}
