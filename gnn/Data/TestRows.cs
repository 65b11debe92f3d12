using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace GraphTune.Gnn.Data;

/// <summary>The nodes a model is judged on at the very end. Their number is public; which they are is not.</summary>
/// <remarks>
/// A test score that has been looked at while choosing epochs, rates or strategies is no longer a test score.
/// So the rows have a type of their own, no code outside this library can read them,
/// and inside it only the one place that writes the final score does.
/// </remarks>
/// <param name="rows">Node ids, each once; copied.</param>
public sealed class TestRows(int[] rows)
{
    private readonly int[] sealedRows = (int[])rows.Clone();

    /// <summary>How many there are.</summary>
    public int Count => sealedRows.Length;

    /// <summary>The rows. Call it once per trained model, after the best epoch has been chosen on the validation rows.</summary>
    internal int[] Open() => (int[])sealedRows.Clone();

    /// <summary>A name for the rows that tells none of them: 32 bytes of SHA-256.</summary>
    internal byte[] Sha256() => SHA256.HashData(MemoryMarshal.AsBytes<int>(sealedRows));

    /// <summary>The number only.</summary>
    public override string ToString() => $"{Count} test rows";
}
