using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>Small parts that a file carries beside an encoder's own weights: the model that loads it is given their like first.</summary>
internal static class CarriedParts
{
    private const int Largest = 1 << 16;   // a part is small; beyond this it is a broken file, which the comparison of shapes will say

    /// <summary>Adds the adapters, prompts and low-rank parts that are offered under a module's paths and that it has not.</summary>
    public static void AddTo(Module model, IReadOnlyDictionary<string, HostTensor> offered)
    {
        var there = model.Parameters.Select(p => p.Path).ToHashSet();
        foreach (var (path, module) in model.Modules)
        {
            var prefix = path.Length == 0 ? "" : $"{path}.";
            var rng = new Rng(0);   // all is overwritten
            if (module is IAdaptable encoder)
            {
                if (Size($"{prefix}adapters.0.down.weight") is { } bottleneck) encoder.AddAdapters(bottleneck, 1f, rng);
                if (Size($"{prefix}prompt.basis") is { } vectors) encoder.AddPrompt(vectors, rng);
            }
            if (module is Linear map && Size($"{prefix}lora_A") is { } rank) map.AddLora(rank, 1f, rng);
        }

        int? Size(string name) => !there.Contains(name) && offered.TryGetValue(name, out var part) && part.Shape is [> 0 and <= Largest, _] ? (int)part.Shape[0] : null;
    }
}
