using GraphTune.Autograd;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>Fresh parameters. Same generator, same numbers, on every machine.</summary>
public static class Init
{
    /// <summary>Uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010, eq. 16): the default of PyG's convolutions.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="shape">weight[outputs, inputs], or with a leading axis of blocks, each of that form.</param>
    /// <param name="rng">Draws the numbers.</param>
    /// <param name="gain">Widens the bound: √2 is what DGL's attention begins with.</param>
    public static Parameter Glorot(Device device, Shape shape, Rng rng, float gain = 1f) =>
        Uniform(device, shape, gain * MathF.Sqrt(6f / (shape[shape.Rank - 1] + shape[shape.Rank - 2])), rng);

    /// <summary>Uniform in ±1 / √inputs: what PyTorch's Linear starts from (He et al. 2015, eq. 14, with the slope √5).</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="shape">weight[outputs, inputs], or bias[outputs].</param>
    /// <param name="inputs">The number of inputs of one output.</param>
    /// <param name="rng">Draws the numbers.</param>
    public static Parameter Kaiming(Device device, Shape shape, int inputs, Rng rng) => Uniform(device, shape, inputs > 0 ? 1f / MathF.Sqrt(inputs) : 0f, rng);

    /// <summary>Uniform in [−bound, bound).</summary>
    public static Parameter Uniform(Device device, Shape shape, float bound, Rng rng)
    {
        var values = new float[shape.Count];
        for (var i = 0; i < values.Length; i++) values[i] = bound * (2f * rng.NextSingle() - 1f);
        return With(device, shape, values);
    }

    /// <summary>The same number everywhere: 0 for a bias, 1 for a norm's scale.</summary>
    public static Parameter Constant(Device device, Shape shape, float value)
    {
        var values = new float[shape.Count];
        Array.Fill(values, value);
        return With(device, shape, values);
    }

    private static Parameter With(Device device, Shape shape, float[] values)
    {
        var parameter = new Parameter(device, shape);
        parameter.Write(values);
        return parameter;
    }
}
