namespace GraphTune.Gnn.Data;

/// <summary>What the labels of graphs mean.</summary>
public enum TaskKind
{
    /// <summary>One or more yes/no questions: each label is 0 or 1.</summary>
    Binary,

    /// <summary>One class out of several: the label is its number, from 0.</summary>
    MultiClass,

    /// <summary>One or more numbers to predict.</summary>
    Regression,
}
