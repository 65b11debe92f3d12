using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>eₖ = (1 − cos(xᵢ, tᵢ))^γ for each chosen row i of x[n,f] and t[n,f], with lengths of at least ε. A row of zeros has cosine 0 with every other.</summary>
/// <param name="X">x[n,f].</param>
/// <param name="T">t[n,f].</param>
/// <param name="Chosen">The k rows that count, each at most once; null for all.</param>
/// <param name="Gamma">The power, 1 or more.</param>
/// <param name="Epsilon">ε, 0 or more.</param>
/// <param name="Error">Written: e[k].</param>
/// <remarks>Reads 8 bytes an element. One thread owns a row.</remarks>
public readonly record struct CosineError(Tensor X, Tensor T, Indices? Chosen, int Gamma, float Epsilon, Tensor Error) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Error.Count, this, grain: 1 + 16_384 / (1 + X.Shape.RowLength));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var error = Error.Span;
        for (var k = first; k < end; k++)
        {
            var i = Chosen is null ? k : Chosen.Span[k];
            error[k] = Angle.Between(X.Row(i), T.Row(i)).Error(Gamma, Epsilon);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        if (Chosen is null) gpu.Launch(Kernel, Error.Count, X.View, T.View, Gamma, Epsilon, Error.View, X.Shape.RowLength);
        else gpu.Launch(KernelChosen, Error.Count, X.View, T.View, Chosen.View, Gamma, Epsilon, Error.View, X.Shape.RowLength);
    }

    private static void Kernel(Index1D i, ArrayView<float> x, ArrayView<float> t, int gamma, float epsilon, ArrayView<float> error, int width) =>
        error[i] = Angle.Between(x, t, i * width, width).Error(gamma, epsilon);

    private static void KernelChosen(Index1D k, ArrayView<float> x, ArrayView<float> t, ArrayView<int> chosen, int gamma, float epsilon, ArrayView<float> error, int width) =>
        error[k] = Angle.Between(x, t, chosen[k] * width, width).Error(gamma, epsilon);
}

/// <summary>dxᵢ = scale · s · γ(1 − cos)^(γ−1) · (cos·xᵢ / |xᵢ|² − tᵢ / (|xᵢ||tᵢ|)) for each chosen row, or added to dx, where s is one number on the device.</summary>
/// <remarks>Rows that are not chosen are not written. To ε a row's length counts as ε, and the first term, which comes from dividing by it, is gone. Where ε is 0 a row of zeros has no slope.</remarks>
public readonly record struct CosineErrorGrad(Tensor X, Tensor T, Indices? Chosen, int Gamma, float Epsilon, Tensor S, float Scale, Tensor DX, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Chosen?.Count ?? X.Shape[0], this, grain: 1 + 16_384 / (1 + X.Shape.RowLength));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var s = S.Span[0] * Scale;
        for (var k = first; k < end; k++)
        {
            var i = Chosen is null ? k : Chosen.Span[k];
            ReadOnlySpan<float> x = X.Row(i), t = T.Row(i);
            var dx = DX.Row(i);
            var (ofX, ofT) = Angle.Between(x, t).Slope(Gamma, Epsilon);
            Vector256<float> wx = Vector256.Create(s * ofX), wt = Vector256.Create(s * ofT);
            var j = 0;
            for (; j <= x.Length - Lanes.Width; j += Lanes.Width) (Lanes.Load(x, j) * wx + Lanes.Load(t, j) * wt).Store(dx, j, Accumulate);
            for (; j < x.Length; j++) dx[j] = (Accumulate ? dx[j] : 0f) + s * ofX * x[j] + s * ofT * t[j];
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        if (Chosen is null) gpu.Launch(Kernel, X.Shape[0], X.View, T.View, Gamma, Epsilon, S.View, Scale, DX.View, X.Shape.RowLength, Accumulate ? 1 : 0);
        else gpu.Launch(KernelChosen, Chosen.Count, X.View, T.View, Chosen.View, Gamma, Epsilon, S.View, Scale, DX.View, X.Shape.RowLength, Accumulate ? 1 : 0);
    }

    private static void Kernel(Index1D i, ArrayView<float> x, ArrayView<float> t, int gamma, float epsilon, ArrayView<float> s, float scale, ArrayView<float> dx, int width, int accumulate) =>
        Row(i * width, x, t, gamma, epsilon, s[0] * scale, dx, width, accumulate);

    private static void KernelChosen(Index1D k, ArrayView<float> x, ArrayView<float> t, ArrayView<int> chosen, int gamma, float epsilon, ArrayView<float> s, float scale, ArrayView<float> dx, int width, int accumulate) =>
        Row(chosen[k] * width, x, t, gamma, epsilon, s[0] * scale, dx, width, accumulate);

    private static void Row(int start, ArrayView<float> x, ArrayView<float> t, int gamma, float epsilon, float s, ArrayView<float> dx, int width, int accumulate)
    {
        var (ofX, ofT) = Angle.Between(x, t, start, width).Slope(gamma, epsilon);
        for (var j = start; j < start + width; j++)
            dx[j] = (accumulate != 0 ? dx[j] : 0f) + s * (ofX * x[j] + ofT * t[j]);
    }
}

/// <summary>x·x, t·t and x·t of two rows: all that their cosine and its slope need.</summary>
internal readonly record struct Angle(float XX, float TT, float XT)
{
    private float Scale(float epsilon)
    {
        var lengths = AtLeast(epsilon, MathF.Sqrt(XX)) * AtLeast(epsilon, MathF.Sqrt(TT));
        return lengths == 0f ? 0f : 1f / lengths;
    }

    private static float AtLeast(float epsilon, float length) => float.IsNaN(length) || length > epsilon ? length : epsilon;

    public float Error(int gamma, float epsilon) => Power(1f - XT * Scale(epsilon), gamma);

    /// <summary>The error's gradient as weights of x and of t.</summary>
    public (float OfX, float OfT) Slope(int gamma, float epsilon)
    {
        var scale = Scale(epsilon);
        var cos = XT * scale;
        var outer = gamma * Power(1f - cos, gamma - 1);
        return (float.IsNaN(XX) || MathF.Sqrt(XX) > epsilon ? outer * cos / XX : 0f, -outer * scale);
    }

    public static Angle Between(ReadOnlySpan<float> x, ReadOnlySpan<float> t)
    {
        Vector256<float> xx = default, tt = default, xt = default;
        var j = 0;
        for (; j <= x.Length - Lanes.Width; j += Lanes.Width)
        {
            Vector256<float> a = Lanes.Load(x, j), b = Lanes.Load(t, j);
            xx += a * a;
            tt += b * b;
            xt += a * b;
        }
        var angle = new Angle(Vector256.Sum(xx), Vector256.Sum(tt), Vector256.Sum(xt));
        for (; j < x.Length; j++) angle = new(angle.XX + x[j] * x[j], angle.TT + t[j] * t[j], angle.XT + x[j] * t[j]);
        return angle;
    }

    public static Angle Between(ArrayView<float> x, ArrayView<float> t, int start, int width)
    {
        float xx = 0f, tt = 0f, xt = 0f;
        for (var j = start; j < start + width; j++)
        {
            xx += x[j] * x[j];
            tt += t[j] * t[j];
            xt += x[j] * t[j];
        }
        return new(xx, tt, xt);
    }

    private static float Power(float x, int n)
    {
        var power = 1f;
        for (var i = 0; i < n; i++) power *= x;
        return power;
    }
}
