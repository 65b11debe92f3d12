using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>Merges one number from each thread of a GPU group, as a tree.</summary>
internal static class GroupReduce
{
    private const int Most = 256;

    /// <summary>How many threads to give a group that calls <see cref="Sum"/> or <see cref="Largest"/>: a power of two that the device bears.</summary>
    public static int Threads(GpuDevice gpu) => Math.Min(Most, gpu.Accelerator.MaxNumThreadsPerGroup);

    /// <summary>The largest number of the group, known to each of its threads; NaN if there is one. All of them must call it.</summary>
    public static float Largest(float mine)
    {
        var shared = SharedMemory.Allocate<float>(Most);
        shared[Group.IdxX] = mine;
        Group.Barrier();
        for (var half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (Group.IdxX < half) shared[Group.IdxX] = NormParts.Merge(shared[Group.IdxX], shared[Group.IdxX + half]);
            Group.Barrier();
        }
        var largest = shared[0];
        Group.Barrier();
        return largest;
    }

    /// <summary>The sum over the group, known to each of its threads. All of them must call it.</summary>
    public static float Sum(float mine)
    {
        var shared = SharedMemory.Allocate<float>(Most);
        shared[Group.IdxX] = mine;
        Group.Barrier();
        for (var half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (Group.IdxX < half) shared[Group.IdxX] += shared[Group.IdxX + half];
            Group.Barrier();
        }
        var sum = shared[0];
        Group.Barrier();
        return sum;
    }
}
