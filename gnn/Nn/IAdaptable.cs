using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>An encoder that takes small learnable parts beside its own weights, each of which changes nothing at first.</summary>
/// <remarks>The parts are <c>adapters.0</c>, <c>adapters.1</c>, … and <c>prompt</c> below the encoder. A part that is there already stays, if its size is the one asked for.</remarks>
public interface IAdaptable
{
    /// <summary>Puts an <see cref="Adapter"/> beside each layer.</summary>
    /// <param name="bottleneck">Columns between its two maps, at least 1.</param>
    /// <param name="scale">What its result is multiplied by at first.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <exception cref="ArgumentException">There are adapters of another width.</exception>
    void AddAdapters(int bottleneck, float scale, Rng rng);

    /// <summary>Puts a <see cref="Prompt"/> before the first layer.</summary>
    /// <param name="vectors">How many vectors it has, at least 1.</param>
    /// <param name="rng">Draws its scores.</param>
    /// <exception cref="ArgumentException">There is a prompt of another size.</exception>
    void AddPrompt(int vectors, Rng rng);
}

/// <summary>The small parts of an encoder: what <see cref="IAdaptable"/> adds.</summary>
internal sealed class AddedParts
{
    private Adapter[] adapters = [];
    private (int Adapters, int Prompt) sizes;

    /// <summary>The prompt, or null.</summary>
    public Prompt? Prompt { get; private set; }

    /// <summary>The adapter beside a layer, or null.</summary>
    public Adapter? Adapter(int layer) => adapters.Length == 0 ? null : adapters[layer];

    /// <summary>New adapters for the encoder to register, one for each layer; null where they are there already.</summary>
    public ModuleList? Adapters(int bottleneck, int layers, Func<int, Adapter> make)
    {
        if (Known("adapters", sizes.Adapters, bottleneck)) return null;
        sizes.Adapters = bottleneck;
        return new ModuleList(adapters = [.. Enumerable.Range(0, layers).Select(make)]);
    }

    /// <summary>A new prompt for the encoder to register; null where it is there already.</summary>
    public Prompt? NewPrompt(int vectors, Func<Prompt> make)
    {
        if (Known("a prompt", sizes.Prompt, vectors)) return null;
        sizes.Prompt = vectors;
        return Prompt = make();
    }

    private static bool Known(string what, int there, int asked) => there != 0 && there != asked
        ? throw new ArgumentException($"the encoder has {what} of size {there} already, and cannot be given one of size {asked}")
        : there == asked;
}
