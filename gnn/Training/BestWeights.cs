using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn;

/// <summary>A copy of a model's parameters and buffers, kept on its device, to go back to.</summary>
/// <remarks>Takes as much memory as the model; keeping and restoring copy it once and take none.</remarks>
public sealed class BestWeights : IDisposable
{
    private readonly (Tensor Live, Tensor Kept)[] pairs;

    /// <summary>Copies the weights as they are now.</summary>
    public BestWeights(Module model)
    {
        pairs = [.. model.Weights.Select(w => (w.Value, new Tensor(w.Value.Device, w.Value.Shape)))];
        Keep();
    }

    /// <summary>Copies the weights again, over those kept before.</summary>
    public void Keep()
    {
        foreach (var (live, kept) in pairs) live.Device.Run(new Copy(live, kept));
    }

    /// <summary>Gives the model the weights that were kept last.</summary>
    public void Restore()
    {
        foreach (var (live, kept) in pairs) live.Device.Run(new Copy(kept, live));
    }

    /// <summary>Returns the copy's memory.</summary>
    public void Dispose()
    {
        foreach (var (_, kept) in pairs) kept.Dispose();
    }
}
