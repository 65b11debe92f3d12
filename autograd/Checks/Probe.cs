using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Autograd;

/// <summary>Turns a computation f into one number ⟨u, f⟩ with a random unit vector u, summed in double on the host.</summary>
internal sealed class Probe(Func<Tape, Var> f, Device device, Rng rng)
{
    private float[]? direction;

    public float[] Direction => direction ?? throw new InvalidOperationException("the computation has not run yet");

    public double Loss(bool backward)
    {
        using var tape = Tape.Train(device);
        var y = f(tape);
        direction ??= Unit(y.Count, rng);
        if (backward)
        {
            using var u = Tensor.From(device, y.Shape, direction);
            tape.Backward(new Dot(y, u).Apply());
        }
        return Dot(y.ToArray(), direction);
    }

    public float[] Value(Parameter x, float[] at)
    {
        x.Write(at);
        using var tape = Tape.Train(device);
        return f(tape).ToArray();
    }

    public static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    public static double Dot(float[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    public static double[] Subtract(float[] a, float[] b) => [.. a.Zip(b, (x, y) => (double)x - y)];

    public static float[] Move(float[] home, float[] direction, float step) => [.. home.Zip(direction, (h, d) => h + step * d)];

    public static float[] Unit(int length, Rng rng)
    {
        var v = new float[length];
        for (var i = 0; i < length; i++) v[i] = rng.NextSingle() * 2f - 1f;
        var norm = Math.Sqrt(v.Sum(x => (double)x * x));
        return norm == 0 ? v : [.. v.Select(x => (float)(x / norm))];
    }
}
