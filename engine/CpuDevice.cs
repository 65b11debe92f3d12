using System.Runtime.Intrinsics;

namespace GraphTune.Engine;

/// <summary>The host processor: kernels run at once, on the calling thread and a fixed team of workers.</summary>
/// <remarks>
/// One thread owns an output row, and rows are summed in a fixed order, so results do not depend on the number of threads.
/// Calls from several threads are safe: one has the team, the others run on their own thread meanwhile.
/// </remarks>
public sealed class CpuDevice : Device
{
    private const int ChunksPerThread = 8;   // small enough to even out unequal rows, large enough that claiming one is free
    private const int Lanes = 8;             // of a vector of floats
    private readonly WorkerTeam team;

    /// <summary>A host device.</summary>
    /// <param name="threads">Threads that work on a kernel, the caller's included; 0 for one per processor.</param>
    /// <param name="vectorBits">Width of the widest vectors that kernels use, 256 or 512; 0 for the widest that pays here. Results do not depend on it.</param>
    /// <exception cref="ArgumentOutOfRangeException">Threads are negative, or vectors have another width.</exception>
    public CpuDevice(int threads = 0, int vectorBits = 0) : base("cpu")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        if (vectorBits is not (0 or 256 or 512)) throw new ArgumentOutOfRangeException(nameof(vectorBits), vectorBits, "vectors have 256 or 512 bits, or 0 for what pays here");
        VectorBits = vectorBits != 0 ? vectorBits : Vector512.IsHardwareAccelerated ? 512 : 256;
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        team = new WorkerTeam(Threads - 1);
    }

    /// <summary>Threads that work on a kernel, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Width of the widest vectors that kernels use, 256 or 512 bits.</summary>
    public int VectorBits { get; }

    internal override long MemoryBytes { get; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is > 0 and var bytes ? bytes : long.MaxValue;

    /// <inheritdoc/>
    public override CpuDevice Host => this;

    private protected override void Hand<TKernel>(in TKernel kernel) => kernel.Cpu(this);

    internal override Buffer Allocate(long bytes) => new CpuBuffer(bytes);

    /// <summary>Splits rows of equal work among the threads; work of one <paramref name="grain"/> stays on this thread.</summary>
    /// <remarks>
    /// With a grain of 64 and more, runs begin at multiples of 8. So a loop over single elements does the same ones in vectors and
    /// the same ones, at the very end, one by one, however many threads there are; the two may round differently.
    /// </remarks>
    /// <param name="rows">The number of rows, 0 or more.</param>
    /// <param name="body">What to do with a run of rows.</param>
    /// <param name="grain">The fewest rows worth handing to a thread.</param>
    public void ForRows<T>(int rows, T body, int grain = 256) where T : struct, IRowLoop
    {
        var (threads, chunks) = Shares(rows, grain);
        if (threads > 1) team.Run(new Rows(rows, grain < 8 * Lanes ? 1 : Lanes), body, chunks, threads);
        else if (rows > 0) RowLoop.Do(ref body, 0, rows);
    }

    /// <summary>Splits the rows of a sparse matrix so that each share has about as many entries: a hub does not hold up the rest.</summary>
    /// <param name="matrix">Its rows are handed out; a row costs its entries and one more.</param>
    /// <param name="body">What to do with a run of rows.</param>
    /// <param name="grain">The least work, in rows plus entries, worth handing to a thread.</param>
    /// <param name="least">The work worth a call of the body, where a call costs something by itself: a thread's share is cut no finer. 0 for an eighth of a grain.</param>
    public void ForRows<T>(Csr matrix, T body, int grain = 4096, int least = 0) where T : struct, IRowLoop
    {
        var (threads, chunks) = Shares((long)matrix.Rows + matrix.Entries, grain, least);
        if (threads > 1) team.Run(new Rows(matrix.Rows, start: matrix.RowStart), body, chunks, threads);
        else if (matrix.Rows > 0) RowLoop.Do(ref body, 0, matrix.Rows);
    }

    // As many threads as have a grain of work each, and as many chunks for every one: were there seven for two, one would wait for the other's fourth.
    private (int Threads, int Chunks) Shares(long work, int grain, int least = 0)
    {
        var threads = (int)Math.Min(Threads, (work + grain - 1) / grain);
        if (threads <= 1) return (threads, threads);
        least = Math.Max(1, least > 0 ? least : grain / ChunksPerThread);
        var each = least == 1 ? (work - 1) / threads + 1 : work / ((long)least * threads);   // single rows may differ much: none is glued to another
        return (threads, threads * (int)Math.Clamp(each, 1, ChunksPerThread));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        team.Dispose();
        base.Dispose();
    }
}
