namespace GraphTune.Kernels;

/// <summary>What a row of <see cref="SpMM"/> holds, on the CPU, before its entries are added: what was there, the bias, its own row of x.</summary>
internal readonly ref struct RowBegin
{
    private readonly ReadOnlySpan<float> bias, own, scale, columnScale;
    private readonly bool accumulate, loops;

    public RowBegin(SpMM of)
    {
        (accumulate, loops) = (of.Accumulate, of.Loops);
        if (of.Bias is not null) bias = of.Bias.Span;
        if (of.Loops) own = of.X.Span;
        if (of.RowScale is not null) scale = of.RowScale.Span;
        if (of.ColumnScale is not null) columnScale = of.ColumnScale.Span;
    }

    /// <summary>Begins a row.</summary>
    /// <param name="y">The row of the result.</param>
    /// <param name="row">Its number.</param>
    /// <param name="factor">What the entries' sum is multiplied by.</param>
    /// <returns>Whether the sum is added to y; if not, y is undefined.</returns>
    public bool Into(Span<float> y, int row, out float factor)
    {
        factor = scale.IsEmpty ? 1f : scale[row];
        if (bias.IsEmpty && !loops) return accumulate;
        if (accumulate && !bias.IsEmpty) Lanes.Add(bias, y);
        else if (!accumulate && !bias.IsEmpty) bias.CopyTo(y);
        else if (!accumulate) y.Clear();
        if (loops) Lanes.AddScaled(columnScale.IsEmpty ? factor : factor * columnScale[row], own.Slice(row * y.Length, y.Length), y);
        return true;
    }
}
