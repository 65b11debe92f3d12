namespace GraphTune.Engine;

/// <summary>A shape contract written as text, such as <c>x[n,k] w[k,m] -> y[n,m]</c>: document, check and error in one.</summary>
public sealed class ShapeRule
{
    private const int MostLetters = 16;
    private readonly string text;
    private readonly (string Name, string[] Axes)[] terms;

    /// <summary>Parses a rule: named terms with axis letters, the result last.</summary>
    public ShapeRule(string text)
    {
        this.text = text;
        terms = [.. text.Replace("->", " ").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Term)];
    }

    /// <summary>Lets a rule be written as a plain string constant.</summary>
    public static implicit operator ShapeRule(string text) => new(text);

    /// <summary>Binds every axis letter to one size and returns the shape of the last term.</summary>
    /// <param name="op">The caller's name, for the message.</param>
    /// <param name="operands">Shapes in the order of the rule's terms.</param>
    /// <exception cref="ShapeException">A rank differs, or one letter would need two sizes.</exception>
    public Shape Infer(string op, params ReadOnlySpan<Shape> operands)
    {
        Span<int> sizes = stackalloc int[MostLetters];
        var letters = new Letters(sizes);
        for (var i = 0; i < operands.Length; i++) Bind(op, i, operands[i], ref letters);
        Span<int> result = stackalloc int[terms[^1].Axes.Length];
        for (var axis = 0; axis < result.Length; axis++) result[axis] = letters.Size(terms[^1].Axes[axis]);
        return new Shape(result);
    }

    private void Bind(string op, int term, Shape shape, ref Letters letters)
    {
        var (name, axes) = terms[term];
        if (shape.Rank != axes.Length)
            throw new ShapeException($"{op} {text}: {name} has shape {shape}, rank {shape.Rank}, where rank {axes.Length} is needed");
        for (var axis = 0; axis < axes.Length; axis++)
        {
            var known = letters.Size(axes[axis]);
            if (known < 0) letters.Add(axes[axis], shape[axis]);
            else if (known != shape[axis])
                throw new ShapeException($"{op} {text}: {axes[axis]} is {known} in {Owner(axes[axis])} but {shape[axis]} in {name}");
        }
    }

    private string Owner(string letter) => terms.First(t => t.Axes.Contains(letter)).Name;

    private static (string, string[]) Term(string text)
    {
        var open = text.IndexOf('[');
        return (text[..open], text[(open + 1)..^1].Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    // A letter is a number written in the rule ("1"), or one already bound.
    private ref struct Letters(Span<int> sizes)
    {
        private readonly Span<int> sizes = sizes;
        private readonly string[] names = Names.Get();
        private int count;

        public readonly int Size(string letter)
        {
            if (char.IsAsciiDigit(letter[0])) return int.Parse(letter, System.Globalization.CultureInfo.InvariantCulture);
            for (var i = 0; i < count; i++) if (names[i] == letter) return sizes[i];
            return -1;
        }

        public void Add(string letter, int size) => (names[count], sizes[count++]) = (letter, size);
    }

    // Reused by each thread, so that checking a shape allocates nothing.
    private static class Names
    {
        [ThreadStatic] private static string[]? names;

        public static string[] Get() => names ??= new string[MostLetters];
    }
}
