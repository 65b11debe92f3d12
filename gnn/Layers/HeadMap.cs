using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Which head each channel of a multi-head layer belongs to, as constant matrices: products with them stay on the device.</summary>
internal sealed class HeadMap : IDisposable
{
    private readonly int heads, channels;
    private readonly Tensor member;    // [h·c, h]: 1 where channel and head belong together
    private readonly Tensor average;   // [h·c, c]: 1 / h where the channel is that one of its head

    public HeadMap(Device device, int heads, int channels)
    {
        (this.heads, this.channels) = (heads, channels);
        member = Constant(device, heads, (row, column) => row / channels == column ? 1f : 0f);
        average = Constant(device, channels, (row, column) => row % channels == column ? 1f / heads : 0f);
    }

    /// <summary>w[h·c,d] and a vector per head to one map of d inputs: y[h,d] = Σ over head h's channels of weight·w.</summary>
    public Var Fold(Tape tape, Tensor map, Tensor weight)
    {
        var spread = tape.Input(member) * tape.Input(weight).Reshape(heads * channels, 1);
        return new MatMul(spread, map, Kernels.Transpose.Left).Apply();
    }

    /// <summary>y[n,c] = the mean over heads of x[n,h·c].</summary>
    public Var Average(Var x) => x.MatMul(average);

    private Tensor Constant(Device device, int columns, Func<int, int, float> value)
    {
        var values = new float[heads * channels * columns];
        for (var i = 0; i < values.Length; i++) values[i] = value(i / columns, i % columns);
        return Tensor.From(device, new Shape(heads * channels, columns), values);
    }

    public void Dispose()
    {
        member.Dispose();
        average.Dispose();
    }
}
