using ILGPU;
using ILGPU.Runtime;

namespace GraphTune.Engine;

// C# infers the type arguments from the operands, so that a twin reads gpu.Launch(Kernel, count, X.View, Y.View).
public sealed partial class GpuDevice
{
    /// <summary>Queues one work item for each index below <paramref name="count"/>; the kernel's first parameter is the index.</summary>
    public void Launch<T1>(Action<Index1D, T1> kernel, int count, T1 a1) where T1 : struct
    {
        if (count > 0) Launcher<Action<AcceleratorStream, Index1D, T1>>(kernel, grouped: false)(Stream, count, a1);
    }

    /// <inheritdoc cref="Launch{T1}(Action{Index1D, T1}, int, T1)"/>
    public void Launch<T1, T2>(Action<Index1D, T1, T2> kernel, int count, T1 a1, T2 a2) where T1 : struct where T2 : struct
    {
        if (count > 0) Launcher<Action<AcceleratorStream, Index1D, T1, T2>>(kernel, grouped: false)(Stream, count, a1, a2);
    }

    /// <inheritdoc cref="Launch{T1}(Action{Index1D, T1}, int, T1)"/>
    public void Launch<T1, T2, T3>(Action<Index1D, T1, T2, T3> kernel, int count, T1 a1, T2 a2, T3 a3) where T1 : struct where T2 : struct where T3 : struct
    {
        if (count > 0) Launcher<Action<AcceleratorStream, Index1D, T1, T2, T3>>(kernel, grouped: false)(Stream, count, a1, a2, a3);
    }

    /// <inheritdoc cref="Launch{T1}(Action{Index1D, T1}, int, T1)"/>
    public void Launch<T1, T2, T3, T4>(Action<Index1D, T1, T2, T3, T4> kernel, int count, T1 a1, T2 a2, T3 a3, T4 a4) where T1 : struct where T2 : struct where T3 : struct where T4 : struct
    {
        if (count > 0) Launcher<Action<AcceleratorStream, Index1D, T1, T2, T3, T4>>(kernel, grouped: false)(Stream, count, a1, a2, a3, a4);
    }

    /// <inheritdoc cref="Launch{T1}(Action{Index1D, T1}, int, T1)"/>
    public void Launch<T1, T2, T3, T4, T5>(Action<Index1D, T1, T2, T3, T4, T5> kernel, int count, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
    {
        if (count > 0) Launcher<Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5>>(kernel, grouped: false)(Stream, count, a1, a2, a3, a4, a5);
    }

    /// <inheritdoc cref="Launch{T1}(Action{Index1D, T1}, int, T1)"/>
    public void Launch<T1, T2, T3, T4, T5, T6>(Action<Index1D, T1, T2, T3, T4, T5, T6> kernel, int count, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    {
        if (count > 0) Launcher<Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5, T6>>(kernel, grouped: false)(Stream, count, a1, a2, a3, a4, a5, a6);
    }

    /// <inheritdoc cref="Launch{T1}(Action{Index1D, T1}, int, T1)"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7>(Action<Index1D, T1, T2, T3, T4, T5, T6, T7> kernel, int count, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
    {
        if (count > 0) Launcher<Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5, T6, T7>>(kernel, grouped: false)(Stream, count, a1, a2, a3, a4, a5, a6, a7);
    }

    /// <inheritdoc cref="Launch{T1}(Action{Index1D, T1}, int, T1)"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8>(Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8> kernel, int count, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct
    {
        if (count > 0) Launcher<Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5, T6, T7, T8>>(kernel, grouped: false)(Stream, count, a1, a2, a3, a4, a5, a6, a7, a8);
    }

    /// <inheritdoc cref="Launch{T1}(Action{Index1D, T1}, int, T1)"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9>(Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9> kernel, int count, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct
    {
        if (count > 0) Launcher<Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(kernel, grouped: false)(Stream, count, a1, a2, a3, a4, a5, a6, a7, a8, a9);
    }

    /// <inheritdoc cref="Launch{T1}(Action{Index1D, T1}, int, T1)"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> kernel, int count, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
    {
        if (count > 0) Launcher<Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(kernel, grouped: false)(Stream, count, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10);
    }

    /// <inheritdoc cref="Launch{T1}(Action{Index1D, T1}, int, T1)"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> kernel, int count, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
    {
        if (count > 0) Launcher<Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(kernel, grouped: false)(Stream, count, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11);
    }

    /// <inheritdoc cref="Launch{T1}(Action{Index1D, T1}, int, T1)"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> kernel, int count, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
    {
        if (count > 0) Launcher<Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(kernel, grouped: false)(Stream, count, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12);
    }

    /// <summary>Queues groups of threads that may share memory and barriers; the kernel asks Grid and Group for its place.</summary>
    public void LaunchGroups<T1>(Action<T1> kernel, KernelConfig grid, T1 a1) where T1 : struct
    {
        if (grid.Size > 0) Launcher<Action<AcceleratorStream, KernelConfig, T1>>(kernel, grouped: true)(Stream, Fit(grid), a1);
    }

    /// <inheritdoc cref="LaunchGroups{T1}(Action{T1}, KernelConfig, T1)"/>
    public void LaunchGroups<T1, T2>(Action<T1, T2> kernel, KernelConfig grid, T1 a1, T2 a2) where T1 : struct where T2 : struct
    {
        if (grid.Size > 0) Launcher<Action<AcceleratorStream, KernelConfig, T1, T2>>(kernel, grouped: true)(Stream, Fit(grid), a1, a2);
    }

    /// <inheritdoc cref="LaunchGroups{T1}(Action{T1}, KernelConfig, T1)"/>
    public void LaunchGroups<T1, T2, T3>(Action<T1, T2, T3> kernel, KernelConfig grid, T1 a1, T2 a2, T3 a3) where T1 : struct where T2 : struct where T3 : struct
    {
        if (grid.Size > 0) Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3>>(kernel, grouped: true)(Stream, Fit(grid), a1, a2, a3);
    }

    /// <inheritdoc cref="LaunchGroups{T1}(Action{T1}, KernelConfig, T1)"/>
    public void LaunchGroups<T1, T2, T3, T4>(Action<T1, T2, T3, T4> kernel, KernelConfig grid, T1 a1, T2 a2, T3 a3, T4 a4) where T1 : struct where T2 : struct where T3 : struct where T4 : struct
    {
        if (grid.Size > 0) Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>>(kernel, grouped: true)(Stream, Fit(grid), a1, a2, a3, a4);
    }

    /// <inheritdoc cref="LaunchGroups{T1}(Action{T1}, KernelConfig, T1)"/>
    public void LaunchGroups<T1, T2, T3, T4, T5>(Action<T1, T2, T3, T4, T5> kernel, KernelConfig grid, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
    {
        if (grid.Size > 0) Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>>(kernel, grouped: true)(Stream, Fit(grid), a1, a2, a3, a4, a5);
    }

    /// <inheritdoc cref="LaunchGroups{T1}(Action{T1}, KernelConfig, T1)"/>
    public void LaunchGroups<T1, T2, T3, T4, T5, T6>(Action<T1, T2, T3, T4, T5, T6> kernel, KernelConfig grid, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    {
        if (grid.Size > 0) Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>>(kernel, grouped: true)(Stream, Fit(grid), a1, a2, a3, a4, a5, a6);
    }

    /// <inheritdoc cref="LaunchGroups{T1}(Action{T1}, KernelConfig, T1)"/>
    public void LaunchGroups<T1, T2, T3, T4, T5, T6, T7>(Action<T1, T2, T3, T4, T5, T6, T7> kernel, KernelConfig grid, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
    {
        if (grid.Size > 0) Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>>(kernel, grouped: true)(Stream, Fit(grid), a1, a2, a3, a4, a5, a6, a7);
    }

    /// <inheritdoc cref="LaunchGroups{T1}(Action{T1}, KernelConfig, T1)"/>
    public void LaunchGroups<T1, T2, T3, T4, T5, T6, T7, T8>(Action<T1, T2, T3, T4, T5, T6, T7, T8> kernel, KernelConfig grid, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct
    {
        if (grid.Size > 0) Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>>(kernel, grouped: true)(Stream, Fit(grid), a1, a2, a3, a4, a5, a6, a7, a8);
    }

    /// <inheritdoc cref="LaunchGroups{T1}(Action{T1}, KernelConfig, T1)"/>
    public void LaunchGroups<T1, T2, T3, T4, T5, T6, T7, T8, T9>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> kernel, KernelConfig grid, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct
    {
        if (grid.Size > 0) Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>>(kernel, grouped: true)(Stream, Fit(grid), a1, a2, a3, a4, a5, a6, a7, a8, a9);
    }

    /// <inheritdoc cref="LaunchGroups{T1}(Action{T1}, KernelConfig, T1)"/>
    public void LaunchGroups<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> kernel, KernelConfig grid, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
    {
        if (grid.Size > 0) Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>(kernel, grouped: true)(Stream, Fit(grid), a1, a2, a3, a4, a5, a6, a7, a8, a9, a10);
    }

    /// <inheritdoc cref="LaunchGroups{T1}(Action{T1}, KernelConfig, T1)"/>
    public void LaunchGroups<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> kernel, KernelConfig grid, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
    {
        if (grid.Size > 0) Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>(kernel, grouped: true)(Stream, Fit(grid), a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11);
    }

    /// <inheritdoc cref="LaunchGroups{T1}(Action{T1}, KernelConfig, T1)"/>
    public void LaunchGroups<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> kernel, KernelConfig grid, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
    {
        if (grid.Size > 0) Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>(kernel, grouped: true)(Stream, Fit(grid), a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12);
    }
}
