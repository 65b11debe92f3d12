using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Autograd;

/// <summary>The entries of a pattern in runs of whole rows, about equally many in each: work per edge in bounded memory.</summary>
/// <remarks>
/// What a function makes of a run's edges lives while that run is worked on; backward makes it again. So nothing of the size edges × features
/// exists, but for a run's, and for a row that has more edges than a run. Building takes linear time on the host and 32 bytes an edge.
/// </remarks>
public sealed class EdgeBlocks : IDisposable
{
    private readonly EdgeRun[] runs;

    /// <summary>Cuts a pattern.</summary>
    /// <param name="device">Where it will be used.</param>
    /// <param name="pattern">Row i lists the columns j of the edges into i. Entry e is edge e: edge ids are not looked at.</param>
    /// <param name="entries">The edges, and the rows, of one run: at most as many, unless one row has more.</param>
    public EdgeBlocks(Device device, HostCsr pattern, int entries)
    {
        Rows = pattern.Rows;
        List<EdgeRun> made = [];
        for (var first = 0; first < pattern.Rows || made.Count == 0;)
        {
            var end = first;
            while (end < pattern.Rows && end - first < entries && (end == first || pattern.RowStart[end + 1] - pattern.RowStart[first] <= entries)) end++;
            made.Add(new EdgeRun(device, pattern, first, end));
            first = end;
            if (pattern.Rows == 0) break;
        }
        runs = [.. made];
    }

    /// <summary>Rows of the pattern.</summary>
    public int Rows { get; }

    /// <summary>How many runs there are.</summary>
    public int Count => runs.Length;

    /// <summary>y[rows, width], run by run. A single run is computed on the tape of the operands, and nothing is made twice.</summary>
    /// <param name="width">Columns of the result.</param>
    /// <param name="f">From a run to its rows of the result, [run.Rows, width]. It may use the operands through the run alone, and parameters as they are. It runs again in backward.</param>
    /// <param name="operands">All tensors and parameters that <paramref name="f"/> uses.</param>
    /// <exception cref="ShapeException">A result of <paramref name="f"/> has another shape.</exception>
    public Var Apply(int width, Func<EdgeBlock, Var> f, params Tensor[] operands) => runs.Length == 1
        ? f(new EdgeBlock(runs[0], Tape.Of(operands)))
        : new Blocked(width, f, runs, Rows, operands).Apply();

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        foreach (var run in runs) run.Dispose();
    }
}

/// <summary>One run of edges on a tape: what a function per edge works with.</summary>
public sealed class EdgeBlock
{
    private readonly EdgeRun run;

    internal EdgeBlock(EdgeRun run, Tape tape) => (this.run, Tape) = (run, tape);

    /// <summary>Where to compute.</summary>
    public Tape Tape { get; }

    /// <summary>The number of edges.</summary>
    public int Edges => run.In.Entries;

    /// <summary>The number of rows that they run into.</summary>
    public int Rows => run.In.Rows;

    /// <summary>Row i lists the edges into the run's row i, by their place in the run.</summary>
    public Csr In => run.In;

    /// <summary>The transpose of <see cref="In"/>.</summary>
    public Csr Out => run.Out;

    /// <summary>Row e lists edge e alone: a pattern with as many rows as the run has edges, and its own transpose.</summary>
    public Csr EachAlone => run.EachAlone;

    /// <summary>1 / the edges into each row, 0 for none.</summary>
    public Tensor InverseCount => run.InverseCount;

    /// <summary>The row of x at the start of each edge: y[edges, f].</summary>
    /// <param name="x">x[columns of the pattern, f].</param>
    public Var Source(Tensor x) => Tape.Run(new PickRows(x, run.Source, run.BySource, run.Sources));

    /// <summary>The row of x at the end of each edge: y[edges, f].</summary>
    /// <param name="x">x[rows of the pattern, f].</param>
    public Var Target(Tensor x) => Tape.Run(new PickRows(x, run.Target, run.In, run.Targets));

    /// <summary>An operand as a whole, such as a weight.</summary>
    public Var Whole(Tensor x) => Tape.Input(x);

    /// <summary>Each edge's own row: y[edges, f].</summary>
    /// <param name="x">x[all edges, f], in the order of the pattern's entries.</param>
    public Var Own(Tensor x) => Tape.Run(new Slice(x, run.First * x.Shape.RowLength, x.Shape.WithRows(Edges)));
}

// The arrays of a run, on the device.
internal sealed class EdgeRun : IDisposable
{
    private Csr? alone;

    public EdgeRun(Device device, HostCsr pattern, int first, int end)
    {
        First = pattern.RowStart[first];
        var count = pattern.RowStart[end] - First;
        int[] source = pattern.Column[First..(First + count)], target = new int[count], places = [.. Enumerable.Range(0, count)];
        for (var row = first; row < end; row++) Array.Fill(target, row, pattern.RowStart[row] - First, pattern.RowStart[row + 1] - pattern.RowStart[row]);
        var rows = new HostCsr([.. pattern.RowStart[first..(end + 1)].Select(start => start - First)], places, count);
        var bySource = RadixSort.Order(source, device);   // stable: equal sources stay in the order of the edges
        (In, Out, InverseCount) = (rows.To(device), rows.Transposed(device).To(device), rows.InverseRowCounts(device));
        (Source, Target, Targets) = (Indices.From(device, source), Indices.From(device, target), Indices.From(device, [.. Enumerable.Range(first, end - first)]));
        List<int> starts = [], unique = [];
        for (var p = 0; p < count; p++)
        {
            if (p > 0 && source[bySource[p]] == unique[^1]) continue;
            starts.Add(p);
            unique.Add(source[bySource[p]]);
        }
        (BySource, Sources) = (new HostCsr([.. starts, count], bySource, count).To(device), Indices.From(device, [.. unique]));
    }

    public int First { get; }

    public Csr In { get; }

    public Csr Out { get; }

    public Tensor InverseCount { get; }

    // Few layers ask for it.
    public Csr EachAlone => alone ??= BufferPool.Lasting(() => HostCsr.Groups([.. Enumerable.Range(0, In.Entries)], In.Entries).To(Source.Device));

    public Indices Source { get; }

    public Indices Target { get; }

    public Indices Targets { get; }

    public Csr BySource { get; }

    public Indices Sources { get; }

    public void Dispose()
    {
        foreach (var part in new IDisposable[] { In, Out, InverseCount, Source, Target, Targets, BySource, Sources }) part.Dispose();
        alone?.Dispose();
    }
}
