namespace GraphTune.Gnn.Data;

/// <summary>Reads Python pickles, protocols 0 to 5, as plain data. It calls nothing and loads nothing: a global is a name, and only names on a list pass.</summary>
/// <remarks>
/// <para>None becomes null; bool, long (BigInteger beyond 64 bits), double and string stand for themselves; a Python 2 string becomes a
/// string of its bytes as Latin-1; bytes become <c>byte[]</c>; a tuple <c>object?[]</c>; a list <c>List&lt;object?&gt;</c>; a dictionary
/// <c>OrderedDictionary&lt;object, object?&gt;</c>, whatever its flavour; a set <c>HashSet&lt;object&gt;</c>; anything else a <see cref="PickleObject"/>.</para>
/// <para>Lists and dictionaries may contain themselves, as in Python: walk them with care.</para>
/// <para>Work and memory are bounded by the file: lengths are checked against the bytes that remain before anything is
/// allocated, marks nest at most 1,000 deep, and copies are charged against the file's size.
/// The opcodes are those of Python's <c>pickletools</c>.</para>
/// </remarks>
/// <param name="bytes">The file.</param>
/// <param name="file">Its name, for messages.</param>
/// <param name="rules">What may pass; <see cref="PickleRules.Numpy"/> where null.</param>
/// <param name="position">The byte at which the pickle starts.</param>
public sealed partial class RestrictedPickle(byte[] bytes, string file, PickleRules? rules = null, int position = 0)
{
    private const int MaximumDepth = 1000;
    private static readonly object Mark = new();

    private readonly PickleRules rules = rules ?? PickleRules.Numpy;
    private readonly List<object?> stack = [];
    private readonly Dictionary<long, object?> memo = [];
    private int marks;
    private long copied;
    private string opcodeName = "";
    private int opcodeAt;

    /// <summary>The next byte: after <see cref="Load"/>, the one behind the pickle.</summary>
    public int Position { get; private set; } = position;

    /// <summary>Reads the one pickle of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What the pickle holds.</returns>
    /// <exception cref="InvalidDataException">It is truncated, malformed, followed by other bytes, or asks for something that is not data.</exception>
    public static object? ReadFile(string path)
    {
        var data = File.ReadAllBytes(path);
        var pickle = new RestrictedPickle(data, path);
        var value = pickle.Load();
        return pickle.Position == data.Length
            ? value
            : throw new InvalidDataException($"{path}: the pickle ends at byte {pickle.Position}, but the file has {data.Length}.");
    }

    /// <summary>Reads the pickle at <see cref="Position"/> and stops behind it; a file may hold several.</summary>
    /// <returns>What the pickle holds.</returns>
    /// <exception cref="InvalidDataException">It is truncated or malformed, or asks for something that is not data: which opcode at which byte, and why.</exception>
    public object? Load()
    {
        stack.Clear();
        memo.Clear();
        marks = 0;
        while (true)
        {
            (opcodeName, opcodeAt) = ("", Position);
            var code = Byte();
            if (!Opcodes.TryGetValue(code, out var opcode)) throw Refuse($"byte 0x{code:x2} is no opcode of a pickle");
            opcodeName = opcode.Name;
            if (code == '.') break;
            if (opcode.Step is not { } step) throw Refuse("this opcode is not allowed in data");
            step(this);
        }
        var value = Pop();
        return stack.Count == 0 ? value : throw Refuse($"{stack.Count} values are left below the result");
    }

    private void Push(object? value) => stack.Add(value);

    private void PushMark()
    {
        if (++marks > MaximumDepth) throw Refuse($"more than {MaximumDepth} levels of nesting");
        stack.Add(Mark);
    }

    private object? Pop()
    {
        var value = Top();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private object? Top()
    {
        if (stack.Count == 0) throw Refuse("the stack is empty");
        return ReferenceEquals(stack[^1], Mark) ? throw Refuse("a value is wanted, found a mark") : stack[^1];
    }

    private T Pop<T>(string what) => Pop() is T value ? value : throw Refuse($"{what} is wanted");

    private T Top<T>(string what) => Top() is T value ? value : throw Refuse($"{what} is wanted below the items");

    private object?[] PopToMark()
    {
        if (marks == 0) throw Refuse("there is no mark");
        var mark = stack.LastIndexOf(Mark);
        var items = stack.GetRange(mark + 1, stack.Count - mark - 1).ToArray();
        stack.RemoveRange(mark, stack.Count - mark);
        marks--;
        return items;
    }

    private object?[] PopTuple(int count)
    {
        var items = new object?[count];
        for (var i = count - 1; i >= 0; i--) items[i] = Pop();
        return items;
    }

    private void Remember(long index) => memo[index] = Top();

    private void Recall(long index) => Push(memo.TryGetValue(index, out var value) ? value : throw Refuse($"memo {index} was never stored"));

    private void Charge(long items)
    {
        copied += items;
        if (copied > 16L * bytes.Length + 1024) throw Refuse($"copies of {copied} items out of a file of {bytes.Length} bytes");
    }

    private InvalidDataException Refuse(string why) =>
        new($"{file}: pickle{(opcodeName.Length > 0 ? $" opcode {opcodeName}" : "")} at byte {opcodeAt}: {why}.");
}
