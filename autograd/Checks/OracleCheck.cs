using GraphTune.Engine;

namespace GraphTune.Autograd;

/// <summary>Compares a result with a naive computation in double precision.</summary>
public static class OracleCheck
{
    /// <summary>The largest |actual − expected| ÷ max(1, |expected|). NaN and infinity must stand in the same places; if not, the error is infinite.</summary>
    /// <exception cref="ShapeException">The numbers of elements differ.</exception>
    public static double Error(Tensor actual, ReadOnlySpan<double> expected)
    {
        if (actual.Count != expected.Length) throw new ShapeException($"{actual} has {actual.Count} elements, but {expected.Length} are expected");
        var worst = 0.0;
        var values = actual.ToArray();
        for (var i = 0; i < values.Length; i++) worst = Math.Max(worst, Error(values[i], expected[i]));
        return worst;
    }

    private static double Error(float actual, double expected)
    {
        if (double.IsFinite(expected) && float.IsFinite(actual)) return Math.Abs(actual - expected) / Math.Max(1.0, Math.Abs(expected));
        var same = double.IsNaN(expected) ? float.IsNaN(actual) : (double)actual == expected;
        return same ? 0.0 : double.PositiveInfinity;
    }
}
