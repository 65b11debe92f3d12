using ILGPU;
using ILGPU.Runtime.Cuda;

namespace GraphTune.Kernels;

/// <summary>NVIDIA's TF32: a float's range with 11 bits of precision, which tensor cores multiply and add up as floats.</summary>
internal static class Tf32
{
    private const uint Dropped = 0x1FFF, Half = 0x1000;   // 13 bits of a float's 24

    /// <summary>The nearest number of 11 bits; ties away from zero, as <c>cvt.rna.tf32.f32</c> has them.</summary>
    public static float Round(float x) => float.IsNaN(x) ? x : Interop.IntAsFloat((Interop.FloatAsInt(x) + Half) & ~Dropped);

    /// <summary>Each of four.</summary>
    public static Quad Round(Quad v) => new(Round(v.X), Round(v.Y), Round(v.Z), Round(v.W));

    /// <summary>c + a·b of 16 × 8 sums and eight products each, by all 32 threads of a warp: each has four of the sums.</summary>
    /// <remarks>
    /// PTX ISA 8.4, section 9.7.14.5.11 (mma.m16n8k8): with g = lane / 4 and t = lane mod 4, a thread brings a[g, t], a[g + 8, t], a[g, t + 4] and
    /// a[g + 8, t + 4], b[t, g] and b[t + 4, g], and has c[g, 2t], c[g, 2t + 1], c[g + 8, 2t] and c[g + 8, 2t + 1].
    /// Devices without the instruction add the same sums up one by one.
    /// </remarks>
    /// <param name="left">a[i, k] at left[k·leftStep + i].</param>
    /// <param name="at">Where a begins.</param>
    /// <param name="right">b[k, j] at right[k·rightStep + j].</param>
    /// <param name="to">Where b begins.</param>
    /// <param name="lane">The thread's number in its warp.</param>
    /// <param name="c">Its sums.</param>
    public static Quad MultiplyAdd(ArrayView<float> left, int at, ArrayView<float> right, int to, int lane, Quad c)
    {
        int g = lane / 4, t = lane % 4;
        if (!CudaAsm.IsSupported)
        {
            for (var k = 0; k < 8; k++)
            {
                float upper = left[at + k * GpuTile.LeftStride + g], lower = left[at + k * GpuTile.LeftStride + g + 8];
                float even = right[to + k * GpuTile.RightStride + 2 * t], odd = right[to + k * GpuTile.RightStride + 2 * t + 1];
                c += new Quad(upper * even, upper * odd, lower * even, lower * odd);
            }
            return c;
        }
        int near = at + t * GpuTile.LeftStride + g, far = near + 4 * GpuTile.LeftStride, b = to + t * GpuTile.RightStride + g;
        Input<uint> a0 = Bits(left[near]), a1 = Bits(left[near + 8]), a2 = Bits(left[far]), a3 = Bits(left[far + 8]);
        Input<uint> b0 = Bits(right[b]), b1 = Bits(right[b + 4 * GpuTile.RightStride]);
        Ref<float> c0 = c.X, c1 = c.Y, c2 = c.Z, c3 = c.W;
        CudaAsm.EmitRef("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};",
            ref c0, ref c1, ref c2, ref c3, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1);
        return new(c0.Value, c1.Value, c2.Value, c3.Value);
    }

    private static uint Bits(float x) => Interop.FloatAsInt(x);
}
