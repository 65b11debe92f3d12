using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>Copies B into panels of 16 columns, each without gaps and filled up with zeros, as <see cref="GemmTile"/> reads it.</summary>
internal readonly unsafe struct GemmPanels(Strided b, float* panels, int columns, int depth) : IRowLoop
{
    /// <summary>Floats that n columns of this depth take.</summary>
    public static int Size(int columns, int depth) => (columns + GemmTile.Width - 1) / GemmTile.Width * GemmTile.Width * depth;

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var panel = first; panel < end; panel++)
        {
            var column = panel * GemmTile.Width;
            var width = Math.Min(GemmTile.Width, columns - column);
            var target = panels + (nint)column * depth;
            if (b.Column == 1) Pack(column, width, target);
            else PackTransposed(column, width, target);
        }
    }

    private void Pack(int column, int width, float* target)
    {
        var source = b.At(0, column);
        for (var k = 0; k < depth; k++, source += b.Row, target += GemmTile.Width)
        {
            if (width == GemmTile.Width)
            {
                Vector256.Load(source).Store(target);
                Vector256.Load(source + Lanes.Width).Store(target + Lanes.Width);
            }
            else for (var j = 0; j < GemmTile.Width; j++) target[j] = j < width ? source[j] : 0f;
        }
    }

    private void PackTransposed(int column, int width, float* target)
    {
        for (var j = 0; j < GemmTile.Width; j++)
        {
            var source = b.At(0, column + j);
            for (var k = 0; k < depth; k++) target[k * GemmTile.Width + j] = j < width ? source[k * b.Row] : 0f;
        }
    }
}

/// <summary>Rows of C, in tiles of six: the loops around <see cref="GemmTile"/>.</summary>
/// <remarks>
/// A panel of B stays in the first cache, or a small B as a whole in the second. A is read in place, since few panels meet a
/// tall one; it is packed where it is transposed or met by many panels. (After Goto and van de Geijn 2008.)
/// </remarks>
internal readonly unsafe struct GemmLoop(Strided a, float* panels, float* c, int m, int n, int k, bool accumulate, float* bias, bool relu) : IRowLoop
{
    /// <summary>Products that are summed before the sum goes to memory: a panel of B then takes half the first cache.</summary>
    public const int Depth = 256;

    private const int Tiles = 16;              // of one block, when B is large: its part of A then lies in the second cache
    private const int SmallB = 32_768;         // floats, a quarter of a small second cache
    private const int ManyPanels = 16;
    private const int Height = GemmTile.Height, Width = GemmTile.Width, TileSize = Height * Width;

    private bool PacksA => a.Row == 1 ? n > Width : n > ManyPanels * Width;

    /// <inheritdoc/>
    [SkipLocalsInit]
    public void Rows(int first, int end)
    {
        var room = stackalloc float[Width + TileSize + Tiles * Height * Depth];   // zeros, one tile of C, and tiles of A
        new Span<float>(room, Width + TileSize).Clear();
        var rows = Height * (a.Row == 1 || n * Math.Min(k, Depth) > SmallB ? Tiles : 1);
        int row = first * Height, last = Math.Min(m, end * Height);
        for (; row < last; row += rows)
            for (var start = 0; start == 0 || start < k; start += Depth)
                Block(row, Math.Min(rows, last - row), start, Math.Min(Depth, k - start), room);
    }

    private void Block(int row, int rows, int start, int depth, float* room)
    {
        float* begin = room, tile = begin + Width, packed = tile + TileSize;
        for (var i = 0; i < rows; i += Height)
            if (PacksA || rows - i < Height) Pack(row + i, Math.Min(Height, rows - i), start, depth, packed + i * depth);

        for (var column = 0; column < n; column += Width)
            for (var i = 0; i < rows; i += Height)
            {
                int height = Math.Min(Height, rows - i), width = Math.Min(Width, n - column);
                var left = PacksA || height < Height ? new Strided(packed + i * depth, 1, Height) : a.From(row + i, start);
                var right = panels + (nint)column * k + start * Width;
                var target = new Strided(c + (nint)(row + i) * n + column, n, 1);
                var from = accumulate || start > 0 ? target : new Strided(bias == null ? begin : bias + column, 0, 1);
                var ends = relu && start + depth == k;
                if (height == Height && width == Width) GemmTile.Run(depth, left, right, from, target, ends);
                else
                {
                    var whole = new Strided(tile, Width, 1);
                    from.CopyTo(whole, height, width);
                    GemmTile.Run(depth, left, right, whole, whole, ends);
                    whole.CopyTo(target, height, width);
                }
            }
    }

    // Rows beyond the last one are zeros.
    private void Pack(int row, int height, int start, int depth, float* target)
    {
        var source = a.At(row, start);
        for (var p = 0; p < depth; p++, source += a.Column, target += Height)
        {
            if (height == Height && a.Row == 1)
            {
                Vector128.Load(source).Store(target);
                Vector128.Load(source + 2).Store(target + 2);
            }
            else for (var i = 0; i < Height; i++) target[i] = i < height ? source[i * a.Row] : 0f;
        }
    }
}

/// <summary>Parts of k, each with a C of its own: for products far deeper than they are large.</summary>
internal readonly unsafe struct GemmParts(Strided a, Strided b, float* sums, int m, int n, int k, int depth, Device device) : IRowLoop
{
    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        using var room = new Tensor(device, new Shape(GemmPanels.Size(n, GemmLoop.Depth)));
        fixed (float* panels = room.Span)
            for (var part = first; part < end; part++)
                for (var start = part * depth; start < Math.Min(k, (part + 1) * depth); start += GemmLoop.Depth)
                {
                    var some = Math.Min(GemmLoop.Depth, k - start);
                    new GemmPanels(b.From(start, 0), panels, n, some).Rows(0, (n - 1) / GemmTile.Width + 1);
                    new GemmLoop(a.From(0, start), panels, sums + (nint)part * m * n, m, n, some, start > part * depth, null, relu: false)
                        .Rows(0, (m - 1) / GemmTile.Height + 1);
                }
    }
}
