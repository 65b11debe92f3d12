using System.Runtime.Intrinsics;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>Which operand of a product is read transposed.</summary>
public enum Transpose
{
    /// <summary>Neither: C = A·B.</summary>
    None,

    /// <summary>The left: C = Aᵀ·B.</summary>
    Left,

    /// <summary>The right: C = A·Bᵀ.</summary>
    Right,
}

/// <summary>C = A·B, or C += A·B, with either operand transposed; then a bias for each column and a rectifier, if wanted.</summary>
/// <param name="A">a[m,k]; a[k,m] when it is transposed.</param>
/// <param name="B">b[k,n]; b[n,k] when it is transposed.</param>
/// <param name="C">c[m,n].</param>
/// <param name="Transposed">Which operand is read transposed.</param>
/// <param name="Accumulate">Whether to add to C.</param>
/// <param name="Bias">b[n], which every row of C gets; not together with <paramref name="Accumulate"/>.</param>
/// <param name="Relu">Whether to replace negative results by 0.</param>
/// <remarks>
/// 2·m·n·k operations. Each element is one chain of products in the order of k, cut at fixed places, so bits do not depend on
/// the number of threads. Where k is far larger than m and n, as for the gradient of a weight, it is cut into parts that are
/// summed at the end.
/// </remarks>
public readonly partial record struct Gemm(Tensor A, Tensor B, Tensor C, Transpose Transposed = Transpose.None, bool Accumulate = false, Tensor? Bias = null, bool Relu = false) : IKernel
{
    private const int ShortestPart = 1024, FewestParts = 4, MostParts = 64, MostPartElements = 1 << 22, Flat = 16;

    private int M => C.Shape[0];

    private int N => C.Shape.RowLength;

    private int K => Transposed == Transpose.Left ? A.Shape[0] : A.Shape.RowLength;

    private int Parts => Bias is not null || Relu ? 1 : Math.Min(K / ShortestPart, Math.Min(MostParts, MostPartElements / C.Count));

    // One panel of A is then packed rather than the whole of a wide B.
    private bool IsFlat => Transposed == Transpose.Left && M <= Flat && N > 4 * M && Bias is null && !Relu;

    /// <inheritdoc/>
    public unsafe void Cpu(CpuDevice cpu)
    {
        if (C.Count == 0) return;
        if (IsFlat)
        {
            using var swapped = new Tensor(cpu, new Shape(N, M));
            cpu.Run(new Gemm(B, A, swapped, Transpose.Left));
            cpu.Run(new CopyTransposed(swapped, C, Accumulate));
            return;
        }
        if (cpu.VectorBits >= 512) On<GemmTile<Floats512, Vector512<float>>>(cpu);
        else On<GemmTile<Floats256, Vector256<float>>>(cpu);
    }

    private unsafe void On<TTile>(CpuDevice cpu) where TTile : IGemmTile
    {
        fixed (float* a = A.Span, b = B.Span)
        {
            var left = Transposed == Transpose.Left ? new Strided(a, 1, M) : new Strided(a, K, 1);
            var right = Transposed == Transpose.Right ? new Strided(b, 1, K) : new Strided(b, N, 1);
            if (Parts < FewestParts) ByRows<TTile>(cpu, left, right);
            else ByDepth<TTile>(cpu, left, right);
        }
    }

    private unsafe void ByRows<TTile>(CpuDevice cpu, Strided a, Strided b) where TTile : IGemmTile
    {
        fixed (float* c = C.Span, bias = Bias is null ? default : Bias.Span) GemmRows.Run<TTile, MapRows<Identity>>(cpu, a, b, c, M, N, K, new(default), Accumulate, bias, Relu);
    }

    private unsafe void ByDepth<TTile>(CpuDevice cpu, Strided a, Strided b) where TTile : IGemmTile
    {
        var (depth, parts) = Cut();
        using var sums = new Tensor(cpu, new Shape(parts, M, N));
        fixed (float* s = sums.Span) cpu.ForRows(parts, new GemmParts<TTile>(a, b, s, M, N, K, depth, cpu), grain: 1);
        cpu.Run(new ColumnSum(sums, C, Accumulate));
    }

    // Equal parts, each a whole number of the blocks that the loops work in.
    private (int Depth, int Parts) Cut()
    {
        var blocks = (K - 1) / IGemmTile.Depth + 1;
        var depth = ((blocks - 1) / Parts + 1) * IGemmTile.Depth;
        return (depth, (K - 1) / depth + 1);
    }
}
