using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.FineTune;

/// <summary>The labels of all rows of a task, nodes or graphs.</summary>
/// <param name="Kind">What they mean.</param>
/// <param name="Tasks">Label columns; one for classes.</param>
/// <param name="Classes">Number of classes; 2 for yes/no questions, 0 for numbers.</param>
/// <param name="Values">y[rows, tasks]: 0 or 1, a class, or a number; NaN where it is missing.</param>
public sealed record Targets(TaskKind Kind, int Tasks, int Classes, float[] Values)
{
    /// <summary>Numbers that a model gives for a row: one for each class, or one for each task.</summary>
    public int Outputs => Kind == TaskKind.MultiClass ? Classes : Tasks;

    /// <summary>The label of a row.</summary>
    public float Of(int row, int task = 0) => Values[row * Tasks + task];
}

/// <summary>What a frozen encoder makes of every row.</summary>
/// <param name="Values">h[rows, <paramref name="Width"/>], row-major.</param>
/// <param name="Width">Columns.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="PeakBytes">The most device memory in use meanwhile.</param>
public sealed record FrozenRows(float[] Values, int Width, double Seconds, long PeakBytes);
