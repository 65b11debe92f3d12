using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>Sums of the rows of a table too large for any cache, on the CPU: its columns are copied side by side, some 32 at a time, and all rows summed panel after panel.</summary>
/// <remarks>
/// Of a panel more stays in the last cache, and its pages are fewer. The copy is a stream, and each of its rows is met several times after. An element's
/// entries are added in the same order, so the bits are those of one pass.
/// </remarks>
internal readonly unsafe struct SumByPanels(SpMM of, Tensor laid, int from, int width) : IRowLoop
{
    private const int Unit = 16, Units = 2;   // a panel's columns: two cache lines a row, three in some where the number is odd
    private const int LeastMeetings = 8;      // of a row of x, on average: fewer do not repay the copy

    /// <summary>All rows but those that are split, if the copy is worth its time and has room.</summary>
    /// <returns>Whether they are done.</returns>
    public static bool TryRun(CpuDevice cpu, SpMM of, int grain)
    {
        long columns = of.A.Columns, floats = columns * of.X.Shape.RowLength;
        if (floats <= RowSums.PastFloats || Panels(of) == 1 || of.X.Shape.RowLength >= RowsAbreast.Least || !of.IsWeighedOnce) return false;
        if (of.A.Entries < LeastMeetings * columns || of.A.Entries / of.A.Rows > SplitRows.Longest / 8) return false;   // what is split gains nothing
        using var laid = Room(cpu, floats, new(of.A.Columns, of.X.Shape.RowLength));
        if (laid is null) return false;
        Run(cpu, of, laid, grain);
        return true;
    }

    // Null where there is none: one pass needs none.
    private static Tensor? Room(CpuDevice cpu, long floats, Shape shape)
    {
        if (!cpu.Pool.HasRoomFor(floats * sizeof(float))) return null;
        try { return new Tensor(cpu, shape); }
        catch (DeviceException) { return null; }
    }

    /// <summary>All rows but those that are split.</summary>
    public static void Run(CpuDevice cpu, SpMM of, Tensor laid, int grain)
    {
        int all = of.X.Shape.RowLength, panels = Panels(of);
        cpu.ForRows(of.A.Columns, new Copy(of.X, laid, panels), grain: 1 + 65_536 / all);
        for (var panel = 0; panel < panels; panel++)
        {
            var from = Begin(all, panel, panels);
            cpu.ForRows(of.A, new SumByPanels(of, laid, from, Begin(all, panel + 1, panels) - from), grain);
        }
    }

    /// <inheritdoc/>
    public void Rows(int first, int end) => of.Rows(first, end, new(of, laid.Span[(from * of.A.Columns)..], from, width));

    private static int Panels(SpMM of) => Math.Max(1, (of.X.Shape.RowLength + Unit - 1) / Unit / Units);

    private static int Begin(int all, int panel, int panels) => Math.Min(all, (int)((all + Unit - 1L) / Unit * panel / panels) * Unit);

    private readonly struct Copy(Tensor x, Tensor laid, int panels) : IRowLoop
    {
        public void Rows(int first, int end)
        {
            int columns = laid.Shape[0], all = x.Shape.RowLength;
            var begin = stackalloc int[panels + 1];
            for (var panel = 0; panel <= panels; panel++) begin[panel] = Begin(all, panel, panels);
            fixed (float* source = x.Span, target = laid.Span)
                for (nint row = first; row < end; row++)
                {
                    float* from = source + row * all, next = from + 8 * all;
                    for (var panel = 0; panel < panels; panel++)
                    {
                        nint j = begin[panel], stop = begin[panel + 1], width = stop - j;
                        LookAhead.Line(next + j);
                        LookAhead.Line(next + j + Unit);
                        var to = target + j * columns + row * width - j;
                        if (((nint)(to + j) & 31) == 0)   // past the caches where it lies as vectors do
                            for (; j <= stop - Lanes.Width; j += Lanes.Width) Vector256.Load(from + j).StoreAlignedNonTemporal(to + j);
                        for (; j < stop; j++) to[j] = from[j];
                    }
                }
            if (Sse.IsSupported) Sse.StoreFence();
        }
    }
}
