namespace GraphTune.Benchmarks.Peers;

/// <summary>One side of a comparison: holds its operands, and does the same work again and again.</summary>
internal interface IContender : IDisposable
{
    /// <summary>How it does the work, in its own words: <c>index_add</c>.</summary>
    string Form { get; }

    /// <summary>The work that is timed.</summary>
    void Run();

    /// <summary>Does the work once, without randomness, and reads back everything it makes: one array for each part of the result.</summary>
    float[][] Result();
}
