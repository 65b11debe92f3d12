using System.Globalization;

namespace GraphTune.Gnn.Torch;

/// <summary>Finds the tensors in what a PyTorch pickle holds, and names them by the keys that lead to them.</summary>
internal sealed class StateDict
{
    private const int DeepestNesting = 64, MostParts = 2_000_000;

    // What training scripts keep a model's state under, the usual first.
    private static readonly string[] Holders = ["state_dict", "model_state_dict", "model_state", "model", "net", "network"];

    private readonly string file;
    private readonly List<(string Name, TorchTensor Value)> tensors = [];
    private readonly OrderedDictionary<string, string> notes = [];
    private readonly HashSet<object> open = new(ReferenceEqualityComparer.Instance);
    private int parts;

    private StateDict(string file) => this.file = file;

    /// <summary>The model's tensors, and what else the file says.</summary>
    /// <param name="root">What the pickle holds: a state dictionary, one below a key such as <c>model_state_dict</c>, or any nest of dictionaries and lists.</param>
    /// <param name="file">The file, for messages.</param>
    /// <returns>Tensors by dotted name, in the file's order, and plain values by key.</returns>
    /// <exception cref="InvalidDataException">There is no tensor; parts contain themselves or are too many; a tensor's parts do not fit; two have one name.</exception>
    public static (List<(string Name, TorchTensor Value)> Tensors, OrderedDictionary<string, string> Notes) Find(object? root, string file)
    {
        var found = new StateDict(file);
        found.Walk("", found.Model(root), 0);
        if (found.tensors.Count == 0) throw new InvalidDataException($"{file}: there is no tensor in it; a state_dict is wanted.");
        var twice = found.tensors.GroupBy(t => t.Name).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw new InvalidDataException($"{file}: two tensors are named '{TorchStorage.Shown(twice.Key)}'.");
        return (found.tensors, found.notes);
    }

    private object? Model(object? root)
    {
        if (root is not OrderedDictionary<object, object?> dictionary || HoldsTensors(dictionary)) return root;
        var models = dictionary.Where(pair => pair.Key is string && HoldsTensors(pair.Value)).Select(pair => (string)pair.Key).ToArray();
        if (models.Length == 0) return root;
        var chosen = Holders.FirstOrDefault(models.Contains);
        if (models.Length == 1) chosen ??= models[0];
        foreach (var (key, value) in dictionary)
            if (key is string name && Text(value) is { } text) notes[$"torch.{TorchStorage.Shown(name)}"] = text;
        if (chosen is null) return new OrderedDictionary<object, object?>(models.Select(key => KeyValuePair.Create((object)key, dictionary[key])));
        notes["torch.from"] = chosen;
        return dictionary[chosen];
    }

    private bool HoldsTensors(object? value) =>
        value is OrderedDictionary<object, object?> dictionary && dictionary.Any(pair => TorchTensor.Of(pair.Value, $"{file}: tensor '{TorchStorage.Shown($"{pair.Key}")}'") is not null);

    private void Walk(string name, object? value, int depth)
    {
        if (++parts > MostParts) throw new InvalidDataException($"{file}: more than {MostParts} parts; is it a checkpoint?");
        if (TorchTensor.Of(value, $"{file}: tensor '{TorchStorage.Shown(name)}'") is { } tensor)
        {
            tensors.Add((name.Length == 0 ? "tensor" : name, tensor));
            return;
        }
        if (value is not (OrderedDictionary<object, object?> or List<object?> or object?[])) return;
        if (depth > DeepestNesting) throw new InvalidDataException($"{file}: '{TorchStorage.Shown(name)}' is nested more than {DeepestNesting} deep.");
        if (!open.Add(value)) throw new InvalidDataException($"{file}: '{TorchStorage.Shown(name)}' contains itself.");
        foreach (var (key, part) in Parts(value)) Walk(name.Length == 0 ? key : $"{name}.{key}", part, depth + 1);
        open.Remove(value);
    }

    private static IEnumerable<(string Key, object? Value)> Parts(object value) => value switch
    {
        OrderedDictionary<object, object?> dictionary => dictionary.Select(pair => (string.Create(CultureInfo.InvariantCulture, $"{pair.Key}"), pair.Value)),
        List<object?> list => list.Select((item, i) => ($"{i}", item)),
        _ => ((object?[])value).Select((item, i) => ($"{i}", item)),
    };

    private static string? Text(object? value) => value switch
    {
        string text => TorchStorage.Shown(text),
        long or double or bool => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        _ => null,
    };
}
