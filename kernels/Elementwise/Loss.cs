using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>A loss of one prediction x against one target t, and its slope in x.</summary>
/// <typeparam name="TSelf">The struct itself, so that loops over it compile without a call.</typeparam>
/// <remarks>a and b are the loss's constants. The scalar forms run on GPUs, the vector forms on CPUs.</remarks>
public interface ILoss<TSelf> where TSelf : struct, ILoss<TSelf>
{
    /// <summary>Whether l depends on x − t alone: then its slope in t is the negative of its slope in x.</summary>
    static abstract bool OfDifference { get; }

    /// <summary>l(x, t).</summary>
    static abstract float Value(float x, float t, float a, float b);

    /// <summary>∂l/∂x.</summary>
    static abstract float Slope(float x, float t, float a, float b);

    /// <summary>l of eight pairs.</summary>
    static abstract Vector256<float> Value(Vector256<float> x, Vector256<float> t, Vector256<float> a, float b);

    /// <summary>∂l/∂x of eight pairs.</summary>
    static abstract Vector256<float> Slope(Vector256<float> x, Vector256<float> t, Vector256<float> a, float b);
}

/// <summary>What the three kernels of an elementwise loss read.</summary>
/// <param name="X">Predictions.</param>
/// <param name="T">As many targets. NaN is a missing one: its element has loss 0, gradient 0, and is not counted.</param>
/// <param name="Weight">Factors of the element losses, repeated along the elements: one for each element, or for each column; null for 1.</param>
/// <param name="A">Values of the loss's first constant, repeated in the same way; null for <paramref name="Constant"/>.</param>
/// <param name="Constant">The loss's first constant where it is the same for all.</param>
/// <param name="B">Its second constant.</param>
public readonly record struct LossOperands(Tensor X, Tensor T, Tensor? Weight, Tensor? A, float Constant, float B)
{
    internal LossLanes Opened => new(X.Span, T.Span, new Cycle(Weight, 1f), new Cycle(A, Constant));

    internal int WeightPeriod => Weight?.Count ?? 0;

    internal int APeriod => A?.Count ?? 0;
}

/// <summary>Loss and number of targets of each block of elements: term[block] = Σ w·l(x, t), count[block] = targets that are there.</summary>
public readonly record struct LossSum<TLoss>(LossOperands On, Tensor Term, Tensor Present) : IKernel, IRowLoop where TLoss : struct, ILoss<TLoss>
{
    /// <summary>Elements in a block.</summary>
    public const int Block = 2048;

    /// <summary>How many blocks so many elements make.</summary>
    public static int Blocks(int count) => (int)((count + (long)Block - 1) / Block);

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Term.Count, this, grain: 4);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var lanes = On.Opened;
        for (var block = first; block < end; block++)
        {
            Vector256<float> sum = default, count = default;
            var last = Math.Min(On.X.Count, (block + 1) * (long)Block);
            for (var i = block * Block; i < last; i += Lanes.Width)
            {
                lanes.At(i, out var x, out var t, out var w, out var a);
                var there = Vector256.Equals(t, t);
                sum += there & (TLoss.Value(x, t, a, On.B) * w);
                count += there & Vector256<float>.One;
            }
            (Term.Span[block], Present.Span[block]) = (Vector256.Sum(sum), Vector256.Sum(count));
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.LaunchGroups(Kernel, new KernelConfig(Term.Count, GroupReduce.Threads(gpu)), On.X.View, On.T.View,
        (On.Weight ?? On.X).View, On.WeightPeriod, (On.A ?? On.X).View, On.APeriod, On.Constant, On.B, Term.View, Present.View);

    private static void Kernel(ArrayView<float> x, ArrayView<float> t, ArrayView<float> weight, int weightPeriod, ArrayView<float> a, int aPeriod, float constant, float b,
        ArrayView<float> term, ArrayView<float> present)
    {
        var sum = 0f;
        var count = 0f;
        for (var j = Group.IdxX; j < Block; j += Group.DimX)
        {
            var i = Grid.IdxX * Block + j;
            if (i >= x.IntLength || float.IsNaN(t[i])) continue;
            sum += TLoss.Value(x[i], t[i], aPeriod == 0 ? constant : a[i % aPeriod], b) * (weightPeriod == 0 ? 1f : weight[i % weightPeriod]);
            count += 1f;
        }
        sum = GroupReduce.Sum(sum);
        count = GroupReduce.Sum(count);
        if (Group.IdxX != 0) return;
        term[Grid.IdxX] = sum;
        present[Grid.IdxX] = count;
    }
}

/// <summary>y = w·l(x, t), element by element; 0 where the target is missing.</summary>
public readonly record struct LossMap<TLoss>(LossOperands On, Tensor Y) : IKernel, IRowLoop where TLoss : struct, ILoss<TLoss>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Count, this, grain: 16_384);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var lanes = On.Opened;
        var y = Y.Span[..end];
        for (var i = first; i < end; i += Lanes.Width)
        {
            lanes.At(i, out var x, out var t, out var w, out var a);
            (Vector256.Equals(t, t) & (TLoss.Value(x, t, a, On.B) * w)).StoreFitting(y, i);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(Y.Count), On.X.View, On.T.View, (On.Weight ?? On.X).View, On.WeightPeriod, (On.A ?? On.X).View, On.APeriod, On.Constant, On.B, Y.View);

    private static void Kernel(Index1D item, ArrayView<float> x, ArrayView<float> t, ArrayView<float> weight, int weightPeriod, ArrayView<float> a, int aPeriod, float constant, float b, ArrayView<float> y)
    {
        var i = 4 * item;
        Quad v = Quad.Load(x, i), g = Quad.Load(t, i), w = Spread.Repeat(weight, i, weightPeriod, 1f), c = Spread.Repeat(a, i, aPeriod, constant);
        Quad.Store(y, i, new(One(v.X, g.X, c.X, b, w.X), One(v.Y, g.Y, c.Y, b, w.Y), One(v.Z, g.Z, c.Z, b, w.Z), One(v.W, g.W, c.W, b, w.W)), accumulate: 0);
    }

    private static float One(float x, float t, float a, float b, float w) => float.IsNaN(t) ? 0f : TLoss.Value(x, t, a, b) * w;
}

/// <summary>The numbers of <see cref="LossGrad{TLoss}"/> in one: a launch takes twelve operands.</summary>
/// <param name="Constant">The loss's first constant.</param>
/// <param name="B">Its second constant.</param>
/// <param name="Sign">1 for the gradient of the predictions, −1 for that of the targets.</param>
/// <param name="Summed">1 if the losses were summed, else 0.</param>
/// <param name="Accumulate">1 to add, 0 to write.</param>
public readonly record struct LossScale(float Constant, float B, float Sign, int Summed, int Accumulate);

/// <summary>dx = sign·g·w·∂l/∂x, or added to dx, with g = dy of the element, or dy / divisor where the losses were summed.</summary>
public readonly record struct LossGrad<TLoss>(LossOperands On, Tensor DY, Tensor? Divisor, float Sign, Tensor DX, bool Accumulate) : IKernel, IRowLoop where TLoss : struct, ILoss<TLoss>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(DX.Count, this, grain: 16_384);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var lanes = On.Opened;
        var dx = DX.Span[..end];
        ReadOnlySpan<float> dy = DY.Span;
        var all = Divisor is null ? default : Vector256.Create(Sign * dy[0] / Divisor.Span[0]);
        for (var i = first; i < end; i += Lanes.Width)
        {
            lanes.At(i, out var x, out var t, out var w, out var a);
            var g = Divisor is null ? Lanes.Load(dy, i, 0f) * Sign : all;
            (Vector256.Equals(t, t) & (TLoss.Slope(x, t, a, On.B) * w * g)).StoreFitting(dx, i, Accumulate);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        var scale = new LossScale(On.Constant, On.B, Sign, Divisor is null ? 0 : 1, Accumulate ? 1 : 0);
        gpu.Launch(Kernel, Quad.Count(DX.Count), On.X.View, On.T.View, (On.Weight ?? On.X).View, On.WeightPeriod, (On.A ?? On.X).View, On.APeriod, scale, DY.View, (Divisor ?? DY).View, DX.View);
    }

    private static void Kernel(Index1D item, ArrayView<float> x, ArrayView<float> t, ArrayView<float> weight, int weightPeriod, ArrayView<float> a, int aPeriod,
        LossScale scale, ArrayView<float> dy, ArrayView<float> divisor, ArrayView<float> dx)
    {
        var i = 4 * item;
        Quad v = Quad.Load(x, i), goal = Quad.Load(t, i), c = Spread.Repeat(a, i, aPeriod, scale.Constant);
        var g = (scale.Summed != 0 ? Quad.All(dy[0] / divisor[0]) : Quad.Load(dy, i)) * Spread.Repeat(weight, i, weightPeriod, 1f) * scale.Sign;
        var d = new Quad(One(v.X, goal.X, c.X, scale.B, g.X), One(v.Y, goal.Y, c.Y, scale.B, g.Y), One(v.Z, goal.Z, c.Z, scale.B, g.Z), One(v.W, goal.W, c.W, scale.B, g.W));
        Quad.Store(dx, i, d, scale.Accumulate);
    }

    private static float One(float x, float t, float a, float b, float g) => float.IsNaN(t) ? 0f : TLoss.Slope(x, t, a, b) * g;
}
