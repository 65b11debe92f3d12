namespace GraphTune.Gnn;

/// <summary>A model that a checkpoint can describe well enough to build it again.</summary>
public interface IRebuildable
{
    /// <summary>Which model it is: <c>encoder</c>, <c>node-classifier</c>.</summary>
    string Kind { get; }

    /// <summary>Its options as one JSON object.</summary>
    string OptionsJson { get; }
}
