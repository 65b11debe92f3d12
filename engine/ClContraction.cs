using System.Text.RegularExpressions;

namespace GraphTune.Engine;

/// <summary>Turns a product that is added, or subtracted from, into one <c>fma</c> in the OpenCL C that ILGPU emits.</summary>
/// <remarks>
/// ILGPU writes each operation as a statement of its own, and OpenCL compilers contract within an expression only; NVIDIA's assembler and
/// our AVX2 twins do contract, and so do the libraries that published models were computed with. The product's own statement stays,
/// for whoever else reads it; a compiler drops it if nobody does.
/// </remarks>
internal static partial class ClContraction
{
    /// <summary>The same program with products contracted.</summary>
    public static string Apply(string source)
    {
        var assigned = Assignment().Matches(source).CountBy(m => m.Groups[1].Value).ToDictionary();
        var products = new Dictionary<string, (string Left, string Right)>();
        foreach (Match product in Product().Matches(source))
        {
            var (name, left, right) = (product.Groups[1].Value, product.Groups[2].Value, product.Groups[3].Value);
            if (IsFixed(name) && IsFixed(left) && IsFixed(right)) products[name] = (left, right);
        }
        return Sum().Replace(source, sum =>
        {
            var (target, left, minus, right) = (sum.Groups[1].Value, sum.Groups[2].Value, sum.Groups[3].Value == "-", sum.Groups[4].Value);
            if (products.TryGetValue(right, out var p)) return $"{target} = fma({(minus ? "-" : "")}{p.Left}, {p.Right}, {left});";
            if (products.TryGetValue(left, out p)) return $"{target} = fma({p.Left}, {p.Right}, {(minus ? "-" : "")}{right});";
            return sum.Value;
        });

        // Assigned once, or never since it is a parameter, a variable has the value at the sum that it had at the product.
        bool IsFixed(string name) => assigned.GetValueOrDefault(name) <= 1;
    }

    [GeneratedRegex(@"^\s*(var\d+) =", RegexOptions.Multiline)] private static partial Regex Assignment();
    [GeneratedRegex(@"(var\d+) = \(float\)\(\(float\) (\S+) \*  \(float\)(\S+)\);")] private static partial Regex Product();
    [GeneratedRegex(@"(var\d+) = \(float\)\(\(float\) (\S+) ([+-])  \(float\)(\S+)\);")] private static partial Regex Sum();
}
