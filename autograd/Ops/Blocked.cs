using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>A function of runs of edges, each on a tape of its own that ends with it; backward computes each again.</summary>
/// <remarks>Random numbers are named by run, so that both times draw the same. Gradients flow to the operands in the order of the runs.</remarks>
internal sealed record Blocked(int Width, Func<EdgeBlock, Var> F, EdgeRun[] Runs, int Rows, Tensor[] Operands) : Op(Operands)
{
    private const ulong Weyl = 0x9E3779B97F4A7C15;   // the golden ratio: spreads the seeds of the runs
    private RandomKey key;

    public override Shape Shape() => new(Rows, Width);

    public override void Forward(Var y)
    {
        key = y.Tape.NextKey();
        var at = 0;
        for (var k = 0; k < Runs.Length; k++)
        {
            using var tape = Part(y, k);
            var part = Compute(k, tape);
            Run(new CopyColumns(part, part.Count, 0, y, y.Count, at, part.Count));
            at += part.Count;
        }
    }

    public override void Backward(Var y)
    {
        var at = 0;
        for (var k = 0; k < Runs.Length; k++)
        {
            using var tape = Part(y, k);
            var part = Compute(k, tape);
            if (part.Tracks) tape.Backward(part, y.Grad, at);
            at += part.Count;
        }
    }

    // The runs' operands are read again when they are computed again; what they gave is not.
    public override bool ReadsResult => false;

    private Tape Part(Var y, int k) => Tape.Part(y.Tape, key.Seed + Weyl * (((ulong)key.Draw << 32) + (uint)k + 1));

    private Var Compute(int k, Tape tape)
    {
        var part = F(new EdgeBlock(Runs[k], tape));
        var expected = new Shape(Runs[k].In.Rows, Width);
        return part.Shape == expected ? part : throw new ShapeException($"EdgeBlocks: a run of {Runs[k].In.Rows} rows should give {expected}, but gave {part.Shape}");
    }
}

/// <summary>y[k] = x[index[k]] within a run: the gradient is added to the rows that it touches, the others stay.</summary>
internal sealed record PickRows(Tensor X, Indices Index, Csr Groups, Indices Rows) : Op(X)
{
    public override Shape Shape() => X.Shape.WithRows(Index.Count);

    public override void Forward(Var y) => Run(new GatherRows(X, Index, y));

    public override void Backward(Var y)
    {
        if (!Wants(X, out var dx, out var add)) return;
        if (!add) Run(new Fill(dx, 0f));
        Run(new AddRows(Groups, Rows, y.Grad, dx));
    }

    public override bool Reads(Tensor input) => false;

    public override bool ReadsResult => false;
}
