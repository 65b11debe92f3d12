namespace GraphTune.Gnn.Data;

/// <summary>How often rows of each class are drawn in a pass.</summary>
public enum ClassSampling
{
    /// <summary>Every row once.</summary>
    Natural,

    /// <summary>Every row of the largest class once, and as many of each other class: its rows several times. A pass is as many times longer.</summary>
    Oversampled,

    /// <summary>As many draws as there are rows, the same number of each class: rare rows several times, others not in every pass.</summary>
    Equal,
}
