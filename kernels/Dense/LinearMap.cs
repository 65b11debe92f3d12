using System.Runtime.Intrinsics;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>y = dropout(f(x·Wᵀ + b)): a layer in one pass. On the CPU the function and the dropout meet rows of the product in the cache.</summary>
/// <param name="X">x[n,k].</param>
/// <param name="W">w[m,k].</param>
/// <param name="B">b[m], or null.</param>
/// <param name="Y">y[n,m].</param>
/// <param name="Ending">The function's constant, and the dropout.</param>
/// <param name="Accumulate">Whether to add to y; for a plain product only, without b.</param>
/// <remarks>GPUs run the product, the function and <see cref="Dropout"/> one after the other: the same elements are dropped.</remarks>
public readonly record struct LinearMap<TMap>(Tensor X, Tensor W, Tensor? B, Tensor Y, Ending Ending = default, bool Accumulate = false) : IKernel where TMap : struct, IMap<TMap>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        if (Y.Count == 0) return;
        if (cpu.VectorBits >= 512) On<GemmTile<Floats512, Vector512<float>>>(cpu);
        else On<GemmTile<Floats256, Vector256<float>>>(cpu);
    }

    private unsafe void On<TTile>(CpuDevice cpu) where TTile : IGemmTile
    {
        int m = Y.Shape[0], n = Y.Shape[1], k = X.Shape[1];
        fixed (float* x = X.Span, w = W.Span, y = Y.Span, bias = B is null ? default : B.Span)
            GemmRows.Run<TTile, MapRows<TMap>>(cpu, new Strided(x, k, 1), new Strided(w, 1, k), y, m, n, k, new(Ending), Accumulate, bias, relu: typeof(TMap) == typeof(Relu));
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        var relu = typeof(TMap) == typeof(Relu);
        gpu.Run(new Gemm(X, W, Y, Transpose.Right, Accumulate, B, relu));
        if (!relu && typeof(TMap) != typeof(Identity)) gpu.Run(new Map<TMap>(Y, Y, Ending.A));
        if (Ending.P > 0f) gpu.Run(new Dropout(Y, Y, Ending.P, Ending.Key));
    }
}
