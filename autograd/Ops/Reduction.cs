namespace GraphTune.Autograd.Ops;

/// <summary>What becomes of the losses of single elements or rows.</summary>
public enum Reduction
{
    /// <summary>Their sum, divided by the number of those that count, or by the sum of their class weights.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>They stay as they are.</summary>
    None,
}
