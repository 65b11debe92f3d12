using GraphTune.Engine;

namespace GraphTune.Autograd;

/// <summary>A list of row numbers together with its inverse: which rows to gather, or, read the other way, which group each element belongs to.</summary>
/// <remarks>With the inverse at hand the gradient of a gather is a sum in fixed order, not an atomic addition. Building takes linear time on the host.</remarks>
public sealed class RowIndex : IDisposable
{
    private readonly HostCsr groups;
    private Tensor? inverseCount;
    private RowIndex? toSorted, fromSorted, sorted;

    private RowIndex(Device device, int[] index, int rows)
    {
        groups = HostCsr.Groups(index, rows, device);
        IsSorted = Ascends(index);
        (Groups, Elements, Index) = (groups.To(device), groups.Transposed(device).To(device), Indices.From(device, index));
    }

    private RowIndex(Device device, HostCsr groups, HostCsr elements)
    {
        (this.groups, IsSorted) = (groups, true);
        (Groups, Elements, Index) = (groups.To(device), elements.To(device), Indices.From(device, elements.Column));
    }

    private static bool Ascends(int[] index)
    {
        for (var k = 1; k < index.Length; k++)
            if (index[k] < index[k - 1]) return false;
        return true;
    }

    /// <summary>An index into <paramref name="rows"/> rows, or a grouping into as many groups.</summary>
    /// <param name="device">Where it will be used.</param>
    /// <param name="index">Numbers from 0 to rows − 1, in any order; repeated and missing ones are allowed.</param>
    /// <param name="rows">The number of rows or groups.</param>
    /// <exception cref="InvalidDataException">A number is out of range.</exception>
    public static RowIndex From(Device device, int[] index, int rows) => new(device, index, rows);

    /// <summary>Groups whose elements lie together: group g has the elements <c>start[g]</c> up to <c>start[g + 1]</c>.</summary>
    /// <param name="device">Where it will be used.</param>
    /// <param name="start">groups + 1 ascending positions, from 0.</param>
    /// <remarks>Nothing is sorted.</remarks>
    public static RowIndex FromRuns(Device device, int[] start)
    {
        int groups = start.Length - 1, count = start[groups];
        int[] counting = [.. Enumerable.Range(0, count + 1)], group = new int[count];
        for (var g = 0; g < groups; g++) group.AsSpan(start[g]..start[g + 1]).Fill(g);
        return new(device, new HostCsr(start, counting[..count], count), new HostCsr(counting, group, groups));
    }

    /// <summary>The numbers, in the order given.</summary>
    public Indices Index { get; }

    /// <summary>Row g lists the elements k with index[k] = g, in ascending order.</summary>
    public Csr Groups { get; }

    /// <summary>Row k lists the one number index[k]; the transpose of <see cref="Groups"/>.</summary>
    public Csr Elements { get; }

    /// <summary>The number of elements.</summary>
    public int Count => Index.Count;

    /// <summary>The number of rows or groups.</summary>
    public int Rows => Groups.Rows;

    /// <summary>1 / the number of elements of each group, 0 for an empty one.</summary>
    public Tensor InverseCount => inverseCount ??= BufferPool.Lasting(() => groups.InverseRowCounts(Index.Device));

    /// <summary>Whether the numbers ascend, so that the members of a group lie together.</summary>
    public bool IsSorted { get; }

    /// <summary>The elements in the order of <see cref="Groups"/>: gathering by it puts each group's rows together.</summary>
    public RowIndex ToSorted => toSorted ??= BufferPool.Lasting(() => From(Index.Device, groups.Column, Count));

    /// <summary>The inverse of <see cref="ToSorted"/>.</summary>
    public RowIndex FromSorted => fromSorted ??= BufferPool.Lasting(() => From(Index.Device, groups.Transposed(Index.Device).Edge!, Count));

    /// <summary>The group of each element in that order: the same groups, ascending.</summary>
    public RowIndex Sorted => IsSorted ? this : sorted ??= BufferPool.Lasting(() =>
        From(Index.Device, [.. Enumerable.Range(0, Rows).SelectMany(g => Enumerable.Repeat(g, groups.RowStart[g + 1] - groups.RowStart[g]))], Rows));

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        Groups.Dispose();
        Elements.Dispose();
        Index.Dispose();
        inverseCount?.Dispose();
        toSorted?.Dispose();
        fromSorted?.Dispose();
        sorted?.Dispose();
    }
}
