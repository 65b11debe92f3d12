namespace GraphTune.Gnn.Data;

public sealed partial class RestrictedPickle
{
    private const int NewestProtocol = 5;

    private void Protocol(long version)
    {
        if (version > NewestProtocol) throw Refuse($"protocol {version}; 0 to {NewestProtocol} are known");
    }

    private void Frame(long length) => Need(length);

    private void PopAny()
    {
        if (marks > 0 && ReferenceEquals(stack[^1], Mark)) PopToMark();
        else Pop();
    }

    private PickleGlobal Global(string module, string name)
    {
        var global = $"{module}.{name}";
        return rules.Globals.Contains(global) ? new(global) : throw Refuse($"global '{Short(global)}' is refused; only data is read from a pickle, never code");
    }

    private void StackGlobal()
    {
        var name = Pop<string>("a name");
        Push(Global(Pop<string>("a module"), name));
    }

    private void Persistent(object? id) =>
        Push(rules.PersistentLoad is { } load ? load(id) : throw Refuse("persistent ids are refused in this kind of file"));

    private void NewObjectWithNames()
    {
        var names = Pop<OrderedDictionary<object, object?>>("a dictionary of named arguments");
        if (names.Count > 0) throw Refuse("named arguments are refused");
        Reduce(Pop<object?[]>("a tuple of arguments"));
    }

    private void Reduce(object?[] arguments)
    {
        var type = Pop<PickleGlobal>("a global").Name;
        Push(type switch
        {
            "collections.defaultdict" => new OrderedDictionary<object, object?>(),
            "collections.OrderedDict" or "builtins.dict" or "__builtin__.dict" => Dictionary(Pairs(arguments)),
            "builtins.list" or "__builtin__.list" => Items(arguments).ToList(),
            "builtins.tuple" or "__builtin__.tuple" => Items(arguments),
            "builtins.set" or "__builtin__.set" or "builtins.frozenset" or "__builtin__.frozenset" => Set(Items(arguments)),
            "_codecs.encode" => Encode(arguments),
            "copy_reg._reconstructor" or "copyreg._reconstructor" => Reconstruct(arguments),
            _ => new PickleObject(type, arguments),
        });
    }

    private PickleObject Reconstruct(object?[] arguments) => arguments is [PickleGlobal type, PickleGlobal, ..]
        ? new(type.Name, arguments[2..])
        : throw Refuse("a class and its base are wanted");

    // Python 3 writes bytes so in protocols 0 to 2.
    private byte[] Encode(object?[] arguments)
    {
        if (arguments is not [string text, "latin1" or "latin-1"]) throw Refuse("_codecs.encode is read for Latin-1 text only");
        Charge(text.Length);
        return text.All(letter => letter < 256) ? System.Text.Encoding.Latin1.GetBytes(text) : throw Refuse("the text is not Latin-1");
    }

    // Attributes hung on a plain container, such as PyTorch's _metadata, carry no data of ours.
    private void Build(object? state)
    {
        switch (Top())
        {
            case PickleObject built: built.State = state; break;
            case OrderedDictionary<object, object?> or List<object?> or HashSet<object>: break;
            default: throw Refuse("an object is wanted below the state");
        }
    }

    private void Append(object?[] items) => Top<List<object?>>("a list").AddRange(items);

    private void AddItems(object?[] items) => Top<HashSet<object>>("a set").UnionWith(items.Select(Key));

    private void SetItems(object?[] items) => Fill(Top<OrderedDictionary<object, object?>>("a dictionary"), items);

    private HashSet<object> Set(object?[] items) => [.. items.Select(Key)];

    private OrderedDictionary<object, object?> Dictionary(object?[] items)
    {
        var dictionary = new OrderedDictionary<object, object?>();
        Fill(dictionary, items);
        return dictionary;
    }

    private void Fill(OrderedDictionary<object, object?> dictionary, object?[] items)
    {
        if (items.Length % 2 != 0) throw Refuse("a key has no value");
        for (var i = 0; i < items.Length; i += 2) dictionary[Key(items[i])] = items[i + 1];
    }

    private object Key(object? key) => key is string or long or bool or double or System.Numerics.BigInteger
        ? key
        : throw Refuse("a key must be text or a number");

    private object?[] Items(object?[] arguments)
    {
        var items = arguments switch
        {
            [] => [],
            [List<object?> list] => (ICollection<object?>)list,
            [object?[] tuple] => tuple,
            _ => throw Refuse("a list is wanted"),
        };
        Charge(items.Count);
        return [.. items];
    }

    private object?[] Pairs(object?[] arguments)
    {
        if (arguments is [OrderedDictionary<object, object?> { Count: 0 }]) return [];
        return [.. Items(arguments).SelectMany(pair => pair switch
        {
            object?[] { Length: 2 } tuple => tuple,
            List<object?> { Count: 2 } list => [list[0], list[1]],
            _ => throw Refuse("pairs of key and value are wanted"),
        })];
    }
}
