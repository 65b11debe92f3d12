using System.Numerics;

namespace GraphTune.Gnn.Data;

/// <summary>Sets of bonds that are independent under the sum modulo 2, in echelon form.</summary>
/// <param name="bonds">Number of bonds; a set has a bit for each.</param>
internal sealed class CycleBasis(int bonds)
{
    private readonly ulong[]?[] byLeader = new ulong[bonds][];

    /// <summary>Number of independent sets.</summary>
    public int Rank { get; private set; }

    /// <summary>Whether a set is a sum of some of these.</summary>
    public bool Spans(ulong[] set) => Reduced(set).Leader < 0;

    /// <summary>Adds a set unless it is spanned.</summary>
    public void Add(ulong[] set)
    {
        var (rest, leader) = Reduced(set);
        if (leader < 0) return;
        byLeader[leader] = rest;
        Rank++;
    }

    private (ulong[] Set, int Leader) Reduced(ulong[] set)
    {
        var rest = (ulong[])set.Clone();
        for (var word = 0; word < rest.Length; word++)
        {
            while (rest[word] != 0)
            {
                var leader = 64 * word + BitOperations.TrailingZeroCount(rest[word]);
                if (byLeader[leader] is not { } row) return (rest, leader);
                for (var w = word; w < rest.Length; w++) rest[w] ^= row[w];
            }
        }
        return (rest, -1);
    }
}
