using System.Text.RegularExpressions;
using GraphTune.Autograd;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>A named tree of parameters and state. A module adds each part as it makes it; there is no reflection.</summary>
public abstract class Module : IDisposable
{
    private readonly List<(string Name, Parameter Value)> parameters = [];
    private readonly List<(string Name, Tensor Value)> buffers = [];
    private readonly List<(string Name, Module Value)> children = [];
    private readonly HashSet<Module> borrowed = [];

    /// <summary>The modules directly below, in the order they were added.</summary>
    public IReadOnlyList<(string Name, Module Value)> Children => children;

    /// <summary>Every parameter at or below this module, in the order of construction, named by its path: <c>0.root.weight</c>.</summary>
    public IEnumerable<(string Path, Parameter Value)> Parameters =>
        [.. parameters, .. children.SelectMany(c => c.Value.Parameters.Select(p => ($"{c.Name}.{p.Path}", p.Value)))];

    /// <summary>Every tensor that is state but does not learn by gradient, such as running means; named as parameters are.</summary>
    public IEnumerable<(string Path, Tensor Value)> Buffers =>
        [.. buffers, .. children.SelectMany(c => c.Value.Buffers.Select(b => ($"{c.Name}.{b.Path}", b.Value)))];

    /// <summary>Every module at or below this one with its path; this one's is empty.</summary>
    public IEnumerable<(string Path, Module Value)> Modules =>
        [("", this), .. children.SelectMany(c => c.Value.Modules.Select(m => (m.Path.Length == 0 ? c.Name : $"{c.Name}.{m.Path}", m.Value)))];

    /// <summary>True while some parameter of this module itself learns. A frozen batch norm keeps its statistics too.</summary>
    public bool Learns => parameters.Count == 0 || parameters.Exists(p => p.Value.Tracks);

    /// <summary>Parameters whose path matches a glob: <c>*</c> is any run of characters, <c>|</c> separates alternatives.</summary>
    public IEnumerable<(string Path, Parameter Value)> Select(string glob)
    {
        var pattern = Pattern(glob);
        return Parameters.Where(p => pattern.IsMatch(p.Path));
    }

    internal static Regex Pattern(string glob) =>
        new("^(" + Regex.Escape(glob).Replace("\\*", ".*").Replace("\\|", "|") + ")$", RegexOptions.CultureInvariant);

    /// <summary>Registers a parameter under a name and returns it.</summary>
    protected Parameter Add(string name, Parameter value)
    {
        parameters.Add((Unused(name), value));
        return value;
    }

    /// <summary>Registers a module under a name and returns it.</summary>
    protected T Add<T>(string name, T value) where T : Module
    {
        children.Add((Unused(name), value));
        return value;
    }

    /// <summary>Registers a module that stays its owner's: it learns and is saved with this one, but outlives it.</summary>
    protected T Borrow<T>(string name, T value) where T : Module
    {
        borrowed.Add(value);
        return Add(name, value);
    }

    /// <summary>Registers state that is saved with the module but does not learn by gradient, and returns it.</summary>
    protected Tensor AddBuffer(string name, Tensor value)
    {
        buffers.Add((Unused(name), value));
        return value;
    }

    /// <summary>Takes a parameter or buffer of this module itself off its list, and returns its memory.</summary>
    protected void Remove(string name)
    {
        if (parameters.Find(p => p.Name == name).Value is { } parameter) parameter.Dispose();
        if (buffers.Find(b => b.Name == name).Value is { } buffer) buffer.Dispose();
        parameters.RemoveAll(p => p.Name == name);
        buffers.RemoveAll(b => b.Name == name);
    }

    private string Unused(string name) =>
        parameters.Exists(p => p.Name == name) || children.Exists(c => c.Name == name) || buffers.Exists(b => b.Name == name)
            ? throw new ArgumentException($"{GetType().Name} already has a part named '{name}'")
            : name;

    /// <summary>Returns the memory of every parameter and buffer at or below this module, but for borrowed modules.</summary>
    public virtual void Dispose()
    {
        foreach (var (_, p) in parameters) p.Dispose();
        foreach (var (_, b) in buffers) b.Dispose();
        foreach (var (_, child) in children)
            if (!borrowed.Contains(child)) child.Dispose();
        GC.SuppressFinalize(this);
    }
}
