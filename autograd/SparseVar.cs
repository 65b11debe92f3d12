using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Autograd;

/// <summary>A sparse matrix x[n,f] on a tape: a pattern that stays, and values that may be computed.</summary>
/// <param name="Rows">Row i lists the columns of its entries.</param>
/// <param name="Columns">The transpose, with the position of each entry in <paramref name="Rows"/>.</param>
/// <param name="Value">value[e], in the order of <paramref name="Rows"/>.</param>
public sealed record SparseVar(Csr Rows, Csr Columns, Var Value)
{
    /// <summary>Drops a share of the entries; a 0 that is not stored stays 0 either way.</summary>
    /// <inheritdoc cref="TensorMath.extension(Var).Dropout(float)"/>
    public SparseVar Dropout(float p) => this with { Value = Value.Dropout(p) };

    /// <summary>x·Wᵀ + b for w[m,f] and b[m].</summary>
    /// <param name="w">w[m,f], one row for each output, as in PyTorch.</param>
    /// <param name="b">b[m], or null for none.</param>
    /// <exception cref="ShapeException">The operands do not fit together.</exception>
    /// <remarks>O(entries·m) work, forward and backward; the transpose of w is its one temporary.</remarks>
    public Var Linear(Tensor w, Tensor? b = null)
    {
        var y = new SparseLinear(this, w).Apply();
        if (b is null) return y;
        using (y) return y + b;
    }
}

/// <summary>Brings sparse tensors onto tapes.</summary>
public static class SparseInput
{
    extension(Tape tape)
    {
        /// <summary>Brings a sparse tensor onto the tape. Nothing is copied.</summary>
        public SparseVar Input(SparseTensor x) => new(x.Rows, x.Columns, tape.Input(x.Value));
    }
}
