using System.Runtime.Intrinsics;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>The gradients of <see cref="LinearMap{TMap}"/>: with dz = dy · f′ · dropout's factor, dx = dz·W, dW = dzᵀ·x and db = Σᵢ dzᵢ; each if wanted.</summary>
/// <param name="X">x[n,k].</param>
/// <param name="W">w[m,k].</param>
/// <param name="Y">y[n,m], the result.</param>
/// <param name="DY">dy[n,m]; may be overwritten.</param>
/// <param name="DX">Where dx[n,k] goes.</param>
/// <param name="DW">Where dw[m,k] goes.</param>
/// <param name="DB">Where db[m] goes.</param>
/// <param name="Ending">As in the forward pass.</param>
/// <remarks>
/// CPU: one pass over the rows. 96 of them at a time, of long ones 256, give dz, which stays in the cache while it meets W, x and the sum; equal parts, as many as n says,
/// have a dW and a db of their own, added in order at the end. So x, y and dy are read once, and the bits do not depend on the number of threads.
/// A product whose W is large has time to read them again, and goes kernel by kernel, as on GPUs.
/// </remarks>
public readonly record struct LinearGrad<TMap>(Tensor X, Tensor W, Tensor Y, Tensor DY, GradTarget DX, GradTarget DW, GradTarget DB, Ending Ending = default) : IKernel
    where TMap : struct, IMap<TMap>
{
    private const int ShortestPart = 512, MostParts = 64, LargeW = 65_536;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        if (W.Count > LargeW || X.Shape[0] < 2 * ShortestPart) InTurn(cpu);
        else if (cpu.VectorBits >= 512) Fused<GemmTile<Floats512, Vector512<float>>>(cpu);
        else Fused<GemmTile<Floats256, Vector256<float>>>(cpu);
    }

    private unsafe void Fused<TTile>(CpuDevice cpu) where TTile : IGemmTile
    {
        int n = X.Shape[0], k = X.Shape[1], m = W.Shape[0];
        if (m * k == 0) { InTurn(cpu); return; }
        var parts = (n - 1) / Math.Max(ShortestPart, ((n - 1) / MostParts / IGemmTile.Depth + 1) * IGemmTile.Depth) + 1;
        var length = (n - 1) / parts + 1;   // equal parts, or else two threads would not have the same to do
        using var weights = DW.Tensor is null ? null : new Tensor(cpu, new Shape(parts, m, k));
        using var biases = DB.Tensor is null ? null : new Tensor(cpu, new Shape(parts, m));
        using var panels = new Tensor(cpu, new Shape(GemmPanels<TTile>.Size(k, m)));
        fixed (float* p = panels.Span, w = DX.Tensor is null ? default : W.Span)
        {
            if (DX.Tensor is not null) new GemmPanels<TTile>(new Strided(w, k, 1), p, k, m).Rows(0, GemmPanels<TTile>.Count(k));
            cpu.ForRows(parts, new Part<TTile>(this, p, weights, biases, length), grain: 1);
        }
        if (weights is not null) cpu.Run(new ColumnSum(weights, DW.Tensor!, DW.Add));
        if (biases is not null) cpu.Run(new ColumnSum(biases, DB.Tensor!, DB.Add));
    }

    private readonly unsafe struct Part<TTile>(LinearGrad<TMap> of, float* wPanels, Tensor? weights, Tensor? biases, int length) : IRowLoop where TTile : IGemmTile
    {
        private int Block => GemmPanels<TTile>.OnceDepth(of.X.Shape[1]);

        public void Rows(int first, int end)
        {
            int n = of.X.Shape[0], k = of.X.Shape[1], m = of.W.Shape[0], size = GemmPanels<TTile>.Size(k, Block);
            using var room = new Tensor(of.X.Device, new Shape(size + Block * m));
            fixed (float* panels = room.Span)
                for (var part = first; part < end; part++)
                {
                    int from = part * length, to = Math.Min(n, from + length);
                    for (var row = from; row < to; row += Block) Rows(row, Math.Min(Block, to - row), part, row > from, panels, size);
                }
        }

        private void Rows(int row, int count, int part, bool add, float* room, int size)
        {
            int n = of.X.Shape[0], k = of.X.Shape[1], m = of.W.Shape[0];
            fixed (float* dy = of.DY.Span.Slice(row * m, count * m))
            {
                var dz = dy;
                if (typeof(TMap) != typeof(Identity) || of.Ending.P > 0f) dz = ToBefore(row * m, new(dy, count * m), room + size);
                if (of.DX.Tensor is { } dx)
                    fixed (float* target = dx.Span.Slice(row * k, count * k))
                    {
                        var loop = new GemmLoop<TTile>(new Strided(dz, m, 1), wPanels, target, count, k, m, of.DX.Add, null, relu: false);
                        loop.All(default, new(target + count * k, (nint)Math.Min(Block, n - row - count) * k, loop.TileCount));
                    }
                if (weights is not null)
                    fixed (float* target = weights.Row(part), x = of.X.Span.Slice(row * k, count * k))
                    {
                        var right = GemmPanels<TTile>.ForOnce(new Strided(x, k, 1), room, k, count, out var step);
                        var loop = new GemmLoop<TTile>(new Strided(dz, 1, m), right, target, m, k, count, add, null, relu: false, step);
                        int next = Math.Min(Block, n - row - count), tiles = loop.TileCount;
                        loop.All(new(dy + count * m, (nint)next * m, tiles), new(x + count * k, (nint)next * k, tiles));
                    }
                if (biases is null) return;
                var sum = biases.Row(part);
                if (!add) sum.Clear();
                for (var i = 0; i < count; i++) Lanes.Add(new ReadOnlySpan<float>(dz + (nint)i * m, m), sum);
            }
        }

        private float* ToBefore(int first, ReadOnlySpan<float> dy, float* room)
        {
            var y = typeof(TMap) == typeof(Identity) ? dy : of.Y.Span.Slice(first, dy.Length);
            new MapRows<TMap>(of.Ending).Backward(y, dy, new(room, dy.Length), first);
            return room;
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => InTurn(gpu);

    private void InTurn(Device device)
    {
        ToBefore(device);
        if (DX.Tensor is { } dx) device.Run(new Gemm(DY, W, dx, Transpose.None, DX.Add));
        if (DW.Tensor is { } dw) device.Run(new Gemm(DY, X, dw, Transpose.Left, DW.Add));
        if (DB.Tensor is { } db) device.Run(new ColumnSum(DY, db, DB.Add));
    }

    // dy becomes dz.
    private void ToBefore(Device device)
    {
        if (Ending.P > 0f) device.Run(new Dropout(DY, DY, Ending.P, Ending.Key));
        if (typeof(TMap) == typeof(Identity)) return;
        if (Ending.P == 0f || typeof(TMap) == typeof(Relu))
        {
            device.Run(new MapGrad<TMap>(Y, Y, DY, DY, Accumulate: false, Ending.A));
            return;
        }
        using var undropped = new Tensor(device, Y.Shape);
        device.Run(new Axpby(1f - Ending.P, Y, 0f, undropped));
        device.Run(new MapGrad<TMap>(undropped, undropped, DY, DY, Accumulate: false, Ending.A));
    }
}

/// <summary>Where a gradient goes.</summary>
/// <param name="Tensor">Storage; null where no gradient is wanted.</param>
/// <param name="Add">Whether to add to what is there.</param>
public readonly record struct GradTarget(Tensor? Tensor, bool Add);
