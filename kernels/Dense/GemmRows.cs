using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>What is done to rows of a product while they are in the cache.</summary>
internal interface IRowEnd
{
    /// <summary>Whether there is nothing to do.</summary>
    bool IsNothing { get; }

    /// <summary>Changes whole rows, of which <paramref name="first"/> is the number of the first element.</summary>
    void Finish(Span<float> rows, int first);
}

/// <summary>A product whose rows are shared out: B packed once, then blocks of rows of A against it.</summary>
internal static unsafe class GemmRows
{
    private const int Height = IGemmTile.Height;

    /// <summary>c = end(a·b + bias), or c += a·b.</summary>
    public static void Run<TTile, TEnd>(CpuDevice cpu, Strided a, Strided b, float* c, int m, int n, int k, TEnd end, bool accumulate = false, float* bias = null, bool relu = false)
        where TTile : IGemmTile where TEnd : struct, IRowEnd
    {
        using var room = new Tensor(cpu, new Shape(GemmPanels<TTile>.Size(n, k)));
        fixed (float* panels = room.Span)
        {
            cpu.ForRows(GemmPanels<TTile>.Count(n), new GemmPanels<TTile>(b, panels, n, k), grain: 1 + 32_768 / (1 + k * TTile.Width));
            var loop = new GemmLoop<TTile>(a, panels, c, m, n, k, accumulate, bias, relu);
            int tiles = (m - 1) / Height + 1, grain = 1 + (int)(262_144 / (1 + (long)k * n * Height));
            if (end.IsNothing) cpu.ForRows(tiles, loop, grain);
            else cpu.ForRows(tiles, new EndedLoop<TTile, TEnd>(loop, c, m, n, end), grain);
        }
    }

    private readonly struct EndedLoop<TTile, TEnd>(GemmLoop<TTile> loop, float* c, int m, int n, TEnd ending) : IRowLoop where TTile : IGemmTile where TEnd : struct, IRowEnd
    {
        private const int Block = 16;   // tiles whose part of C stays in the cache

        public void Rows(int first, int end)
        {
            for (var tile = first; tile < end; tile += Block)
            {
                int last = Math.Min(end, tile + Block), row = tile * Height;
                loop.Rows(tile, last);
                ending.Finish(new Span<float>(c + (nint)row * n, (Math.Min(m, last * Height) - row) * n), row * n);
            }
        }
    }
}
