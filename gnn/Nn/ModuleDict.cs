using GraphTune.Autograd;

namespace GraphTune.Gnn;

/// <summary>Modules by name, as in PyTorch's <c>ModuleDict</c>.</summary>
public sealed class ModuleDict<T> : Module where T : Module
{
    private readonly Dictionary<string, T> parts = [];

    /// <summary>Takes ownership of the modules.</summary>
    public ModuleDict(params IEnumerable<(string Name, T Module)> modules)
    {
        foreach (var (name, module) in modules) parts[name] = Add(name, module);
    }

    /// <summary>The module of that name.</summary>
    public T this[string name] => parts[name];
}

/// <summary>Parameters by name, as in PyTorch's <c>ParameterDict</c>.</summary>
public sealed class ParameterDict : Module
{
    private readonly Dictionary<string, Parameter> parts = [];

    /// <summary>Takes ownership of the parameters.</summary>
    public ParameterDict(params IEnumerable<(string Name, Parameter Value)> parameters)
    {
        foreach (var (name, value) in parameters) parts[name] = Add(name, value);
    }

    /// <summary>The parameter of that name.</summary>
    public Parameter this[string name] => parts[name];
}
