using System.Runtime.CompilerServices;

namespace GraphTune.Engine;

/// <summary>One unit of device work: a value that holds its operands and can run on either kind of device.</summary>
/// <remarks>The two members are twins: the same mathematics, tested against each other. Neither validates.</remarks>
public interface IKernel
{
    /// <summary>Runs on the host: vectors inside, threads outside. Returns when done.</summary>
    void Cpu(CpuDevice cpu);

    /// <summary>Queues on an ILGPU accelerator (CUDA, OpenCL or ILGPU's CPU simulator); may return before it ends.</summary>
    void Gpu(GpuDevice gpu);
}

/// <summary>The body of a loop over independent rows, run by <see cref="CpuDevice.ForRows{T}(int, T, int)"/>.</summary>
public interface IRowLoop
{
    /// <summary>Does rows <paramref name="first"/> up to, not including, <paramref name="end"/>.</summary>
    void Rows(int first, int end);
}

/// <summary>Calls row loops.</summary>
internal static class RowLoop
{
    /// <summary>Does rows <paramref name="first"/> up to, not including, <paramref name="end"/>, by a call that the compiler leaves a call.</summary>
    /// <remarks>
    /// A loop that is merged into a small caller shares the caller's allowance for inlining: its own helpers become calls, and
    /// its vectors live in memory (Adam: three to five times as slow). Code that is not optimised is never merged into.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    public static void Do<T>(ref T body, int first, int end) where T : struct, IRowLoop => body.Rows(first, end);
}
