namespace GraphTune.Gnn;

/// <summary>Modules under the names <c>0</c>, <c>1</c>, …, as in PyTorch's <c>ModuleList</c>.</summary>
public sealed class ModuleList : Module
{
    /// <summary>Takes ownership of the modules.</summary>
    public ModuleList(params IEnumerable<Module> modules)
    {
        var i = 0;
        foreach (var module in modules) Add($"{i++}", module);
    }
}
