using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>y[n,c] = the mean over heads of x[n,h·c], as a product with a constant matrix: one launch, however many heads.</summary>
internal sealed class HeadMean(Device device, int heads, int channels) : IDisposable
{
    private readonly Tensor average = Tensor.From(device, new Shape(heads * channels, channels),   // 1 / h where the channel is that one of its head
        [.. Enumerable.Range(0, heads * channels * channels).Select(i => i / channels % channels == i % channels ? 1f / heads : 0f)]);

    /// <summary>The mean.</summary>
    public Var Of(Var x) => x.MatMul(average);

    public void Dispose() => average.Dispose();
}
