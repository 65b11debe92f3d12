using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>Copies B into panels as wide as a tile, each without gaps, as tiles read it; the last may be half as wide, or eight columns, and is filled up with zeros.</summary>
internal readonly unsafe struct GemmPanels<TTile>(Strided b, float* panels, int columns, int depth) : IRowLoop where TTile : IGemmTile
{
    private const int Run = 16;         // of k: rows of a transposed B are read a cache line at a time
    private const int ShortRow = 256;   // longer ones, at powers of two, fall into too few places of the second cache
    private const int FewRows = 96;     // whole tiles, and few enough that a tile's width of each stays in the first cache, where rows of 2ⁿ floats share few places

    /// <summary>Floats that n columns of this depth take.</summary>
    public static int Size(int columns, int depth)
    {
        var whole = columns / TTile.Width * TTile.Width;
        return ((whole + (columns > whole ? PanelWidth(columns - whole) : 0)) * depth + Run - 1) / Run * Run;   // so that what follows begins a cache line
    }

    /// <summary>The panels of n columns.</summary>
    public static int Count(int columns) => (columns + TTile.Width - 1) / TTile.Width;

    /// <summary>The width of a panel of so many columns: a whole tile, half of one, or a vector of eight.</summary>
    public static int PanelWidth(int columns) => columns > TTile.Width / 2 ? TTile.Width : columns > Lanes.Width ? TTile.Width / 2 : Lanes.Width;

    /// <summary>How many rows of B to take at a time where each is met once: fewer where they are not copied.</summary>
    public static int OnceDepth(int columns, bool adjoin = true) => IsReadInPlace(columns, adjoin) ? FewRows : IGemmTile.Depth;

    private static bool IsReadInPlace(int columns, bool adjoin) => adjoin && columns <= ShortRow;

    /// <summary>A block of B that is met once: where its rows adjoin and are short it is not copied, and tiles read it where it lies.</summary>
    /// <param name="b">b[depth, columns]; a tile that is wider than what is left of a row reads up to a vector past it, and so past the last one, where a tensor's memory goes on.</param>
    /// <param name="room">Where to copy it, if need be.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="depth">Rows.</param>
    /// <param name="step">From one row to the next where it was not copied, else 0.</param>
    public static float* ForOnce(Strided b, float* room, int columns, int depth, out nint step)
    {
        step = IsReadInPlace(columns, b.Column == 1) ? b.Row : 0;
        if (step > 0) return b.At(0, 0);
        new GemmPanels<TTile>(b, room, columns, depth).Rows(0, Count(columns));
        return room;
    }

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var panel = first; panel < end; panel++)
        {
            var column = panel * TTile.Width;
            var width = Math.Min(TTile.Width, columns - column);
            var target = panels + (nint)column * depth;
            if (b.Column == 1) Pack(column, width, target);
            else PackTransposed(column, width, target);
        }
    }

    private void Pack(int column, int width, float* target)
    {
        var source = b.At(0, column);
        var panel = PanelWidth(width);
        for (var k = 0; k < depth; k++, source += b.Row, target += panel)
        {
            var j = 0;
            for (; j <= width - Lanes.Width; j += Lanes.Width) Vector256.Load(source + j).Store(target + j);
            for (; j < panel; j++) target[j] = j < width ? source[j] : 0f;
        }
    }

    private void PackTransposed(int column, int width, float* target)
    {
        var panel = PanelWidth(width);
        for (var start = 0; start < depth; start += Run)
            for (var j = 0; j < panel; j++)
            {
                var source = b.At(0, column + j);
                for (var k = start; k < Math.Min(depth, start + Run); k++) target[k * panel + j] = j < width ? source[k * b.Row] : 0f;
            }
    }
}

/// <summary>Rows of C, in tiles of six: the loops around an <see cref="IGemmTile"/>.</summary>
/// <remarks>
/// A panel of B stays in the first cache, or a small B as a whole in the second; with a step, B is not in panels but as it was given, its rows so far apart. A is read in place, since few panels meet a
/// tall one; it is packed where it is transposed or met by many panels. (After Goto and van de Geijn 2008.)
/// </remarks>
internal readonly unsafe struct GemmLoop<TTile>(Strided a, float* panels, float* c, int m, int n, int k, bool accumulate, float* bias, bool relu, nint step = 0) : IRowLoop
    where TTile : IGemmTile
{
    private const int Tiles = 32;              // of one block, when B is large: its part of A then lies in the second cache
    private const int FewTiles = 8;            // when B is small: what is done once a block is done less often, and a panel of B stays where it is
    private const int Apart = 16;              // floats between tiles of A, or else all of them would fall into the same few places of the first cache
    private const int SmallB = 32_768;         // floats, a quarter of a small second cache
    private const int ManyColumns = 256;
    private const int Height = IGemmTile.Height, Depth = IGemmTile.Depth, MostWidth = 32;

    private bool PacksA => a.Row == 1 || n > ManyColumns;

    /// <summary>How many tiles all rows make.</summary>
    public int TileCount => ((m - 1) / Height + 1) * ((n - 1) / TTile.Width + 1);

    /// <summary>All rows, for callers that do not share them out, and know what they want next.</summary>
    public void All(NextRows ofA = default, NextRows ofB = default) => Rows(0, (m - 1) / Height + 1, ofA, ofB);

    /// <inheritdoc/>
    public void Rows(int first, int end) => Rows(first, end, default, default);

    [SkipLocalsInit]
    private void Rows(int first, int end, NextRows ofA, NextRows ofB)
    {
        var room = stackalloc float[MostWidth + Height * MostWidth + Tiles * (Height * Depth + Apart)];   // zeros, one tile of C, and tiles of A
        new Span<float>(room, MostWidth + Height * MostWidth).Clear();
        var rows = Height * (a.Row == 1 || n * Math.Min(k, Depth) > SmallB ? Tiles : FewTiles);
        int row = first * Height, last = Math.Min(m, end * Height), shares = rows / Height * ((n - 1) / TTile.Width + 1) * ((k - 1) / Depth + 1);
        for (; row < last; row += rows)
        {
            if (a.Row == k && a.Column == 1 && rows * k <= 2 * SmallB) ofA = new(a.At(row + rows, 0), (nint)Math.Min(rows, last - row - rows) * k, shares);
            for (var start = 0; start == 0 || start < k; start += Depth)
                Block(row, Math.Min(rows, last - row), start, Math.Min(Depth, k - start), room, ref ofA, ref ofB);
        }
    }

    private void Block(int row, int rows, int start, int depth, float* room, ref NextRows ofA, ref NextRows ofB)
    {
        var packed = room + MostWidth + Height * MostWidth;
        var size = Height * depth + Apart;
        if (PacksA && a.Row == 1) PackTransposed(row, rows, start, depth, packed, size);
        else
            for (var i = 0; i < rows; i += Height)
                if (PacksA || rows - i < Height) Pack(row + i, Math.Min(Height, rows - i), start, depth, packed + i / Height * size);

        for (var column = 0; column < n; column += TTile.Width)
        {
            var width = Math.Min(TTile.Width, n - column);
            nint next = step > 0 ? step : GemmPanels<TTile>.PanelWidth(width);
            var panel = panels + start * next + (step > 0 ? column : (nint)column * k);
            for (var i = 0; i < rows; i += Height)
            {
                var height = Math.Min(Height, rows - i);
                var left = PacksA || height < Height ? new Strided(packed + i / Height * size, 1, Height) : a.From(row + i, start);
                var target = new Strided(c + (nint)(row + i) * n + column, n, 1);
                var from = accumulate || start > 0 ? target : new Strided(bias == null ? room : bias + column, 0, 1);
                ofA.Ask();
                ofB.Ask();
                Tile(depth, left, panel, next, from, target, height, width, relu && start + depth == k, room + MostWidth);
            }
        }
    }

    // A part of a tile is computed beside C, where there is room for all of it.
    private static void Tile(int depth, in Strided left, float* panel, nint step, in Strided from, in Strided target, int height, int width, bool ends, float* room)
    {
        var wide = GemmPanels<TTile>.PanelWidth(width);
        if (height == Height && width == wide) Tile(wide, depth, left, panel, step, from, target, ends);
        else
        {
            var whole = new Strided(room, MostWidth, 1);
            from.CopyTo(whole, height, width);
            Tile(wide, depth, left, panel, step, whole, whole, ends);
            whole.CopyTo(target, height, width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile(int width, int depth, in Strided left, float* panel, nint step, in Strided from, in Strided target, bool ends)
    {
        if (width == TTile.Width) TTile.Run(depth, left, panel, step, from, target, ends);
        else if (width > Lanes.Width) TTile.RunNarrow(depth, left, panel, step, from, target, ends);
        else GemmTile<Floats256, Vector256<float>>.RunNarrow(depth, left, panel, step, from, target, ends);
    }

    // Rows beyond the last one are zeros.
    private void Pack(int row, int height, int start, int depth, float* target)
    {
        var source = a.At(row, start);
        var p = 0;
        if (Avx.IsSupported && height == Height && a.Column == 1)
            for (; p <= depth - Lanes.Width; p += Lanes.Width, source += Lanes.Width, target += Lanes.Width * Height) Turn(source, a.Row, target);
        for (; p < depth; p++, source += a.Column, target += Height)
            for (var i = 0; i < Height; i++) target[i] = i < height ? source[i * a.Row] : 0f;
    }

    // Eight columns of six rows.
    private static void Turn(float* source, nint row, float* target)
    {
        float* lower = source + 3 * row;
        var (a, b, c, d) = Lanes.Quarters(Vector256.Load(source), Vector256.Load(source + row), Vector256.Load(source + 2 * row), Vector256.Load(lower));
        Vector256<float> e = Vector256.Load(lower + row), f = Vector256.Load(lower + 2 * row);
        Vector256<double> ef = Avx.UnpackLow(e, f).AsDouble(), efHigh = Avx.UnpackHigh(e, f).AsDouble();
        Store(target, a, b, ef);
        Store(target + 2 * Height, c, d, efHigh);
    }

    // Columns 0 and 1, and 4 and 5.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* target, Vector256<float> first, Vector256<float> second, Vector256<double> pairs)
    {
        Store(target, first.GetLower(), second.GetLower(), pairs.GetLower());
        Store(target + 4 * Height, first.GetUpper(), second.GetUpper(), pairs.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* target, Vector128<float> first, Vector128<float> second, Vector128<double> pairs)
    {
        first.Store(target);
        *(double*)(target + 4) = pairs.ToScalar();
        second.Store(target + Height);
        Sse2.StoreHigh((double*)(target + Height + 4), pairs);
    }

    // All tiles at once, since their rows lie side by side in memory.
    private void PackTransposed(int row, int rows, int start, int depth, float* target, int size)
    {
        var whole = rows / Height;
        for (var p = 0; p < depth; p++, target += Height)
        {
            float* source = a.At(row, start + p), to = target;
            for (var tile = 0; tile < whole; tile++, source += Height, to += size)
            {
                Vector128.Load(source).Store(to);
                Vector128.Load(source + 2).Store(to + 2);
            }
            if (rows > whole * Height)
                for (var i = 0; i < Height; i++) to[i] = whole * Height + i < rows ? source[i] : 0f;
        }
    }
}

/// <summary>Parts of k, each with a C of its own: for products far deeper than they are large.</summary>
internal readonly unsafe struct GemmParts<TTile>(Strided a, Strided b, float* sums, int m, int n, int k, int depth, Device device) : IRowLoop where TTile : IGemmTile
{
    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var block = GemmPanels<TTile>.OnceDepth(n, b.Column == 1);
        using var room = new Tensor(device, new Shape(GemmPanels<TTile>.Size(n, block)));
        fixed (float* panels = room.Span)
            for (var part = first; part < end; part++)
            {
                int from = part * depth, to = Math.Min(k, from + depth);
                for (var start = from; start < to; start += block)
                {
                    var some = Math.Min(block, to - start);
                    var right = GemmPanels<TTile>.ForOnce(b.From(start, 0), panels, n, some, out var step);
                    var loop = new GemmLoop<TTile>(a.From(0, start), right, sums + (nint)part * m * n, m, n, some, start > from, null, relu: false, step);
                    int next = start + some, left = Math.Min(k - next, block), tiles = loop.TileCount;
                    loop.All(a.Row == 1 ? new(a.At(0, next), (nint)left * m, tiles) : default, b.Column == 1 ? new(b.At(next, 0), (nint)left * n, tiles) : default);
                }
            }
    }
}
