using GraphTune.Engine;

namespace GraphTune.Tests;

/// <summary>One golden file: its tensors and options by name, and what came of comparing with them.</summary>
/// <remarks>
/// Nothing in a file may be passed over in silence. An option that the builder did not ask for, and a tensor that it neither read,
/// compared nor left out with a reason, makes the case fail. So a file with more in it than a builder knows cannot pass by luck.
/// </remarks>
internal sealed class GoldenCase
{
    /// <summary>For outputs: |actual − v| ≤ 1e-5 × max(1, |v|).</summary>
    public const double OutputTolerance = 1e-5;

    /// <summary>For gradients: |actual − v| ≤ 1e-4 × max(1, |v|).</summary>
    public const double GradientTolerance = 1e-4;

    private readonly SafeTensors file;
    private readonly HashSet<string> used = [];
    private readonly List<string> faults = [];

    private GoldenCase(SafeTensors file, Device device)
    {
        (this.file, Device) = (file, device);
        Options = new(file.Metadata["options"]);
    }

    public static GoldenCase Read(string path, Device? device = null) => new(SafeTensors.Read(path), device ?? TestDevices.Cpu);

    /// <summary>Where the case is computed.</summary>
    public Device Device { get; }

    /// <summary>The PyG or PyTorch name of what is computed, such as <c>GATConv</c>.</summary>
    public string Layer => file.Metadata["layer"];

    /// <summary>The name of the case, such as <c>gat__heads1</c>.</summary>
    public string Name => file.Metadata["case"];

    /// <summary>Whether the module is in training mode.</summary>
    public bool Training => file.Metadata.GetValueOrDefault("mode") != "eval";

    public GoldenOptions Options { get; }

    /// <summary>Names of tensors that start so, in the file's order: <c>Names("param.")</c>.</summary>
    public IEnumerable<string> Names(string start) => file.Tensors.Select(tensor => tensor.Name).Where(name => name.StartsWith(start, StringComparison.Ordinal));

    public bool Has(string name) => file.Find(name) is not null;

    public int[] Shape(string name) => Array.ConvertAll(file[name].Shape, axis => checked((int)axis));

    public float[] Floats(string name) => Used(name).ToFloats();

    public int[] Ints(string name) => Used(name).ToInts();

    /// <summary>The numbers, or null where the file has no such tensor.</summary>
    public float[]? FloatsOrNull(string name) => Has(name) ? Floats(name) : null;

    /// <summary>Leaves a tensor out of the comparison, for a reason that a reader can judge.</summary>
    public void LeaveOut(string name, string reason)
    {
        if (reason.Length == 0) throw new ArgumentException($"Leaving out '{name}' needs a reason.");
        used.Add(name);
    }

    /// <summary>Compares an output.</summary>
    public void Expect(string name, ReadOnlySpan<float> actual) => Compare(name, Widen(actual), OutputTolerance, floor: 1);

    /// <summary>Compares an output computed in double.</summary>
    public void Expect(string name, params ReadOnlySpan<double> actual) => Compare(name, actual, OutputTolerance, floor: 1);

    /// <summary>Compares a gradient.</summary>
    public void ExpectGradient(string name, ReadOnlySpan<float> actual) => Compare(name, Widen(actual), GradientTolerance, floor: 1);

    /// <summary>Compares numbers that may be tiny, relative to each.</summary>
    public void ExpectRelative(string name, ReadOnlySpan<double> actual, double tolerance) => Compare(name, actual, tolerance, floor: 0);

    /// <summary>Compares whole numbers, which must be equal.</summary>
    public void Expect(string name, ReadOnlySpan<int> actual)
    {
        if (!actual.SequenceEqual(Ints(name))) faults.Add($"{name}: expected [{string.Join(", ", Ints(name).Take(50))}], found [{string.Join(", ", actual.ToArray().Take(50))}]");
    }

    /// <summary>What does not agree, what was passed over, one line each; empty for a case that passes.</summary>
    public IReadOnlyList<string> Faults() =>
    [
        .. faults,
        .. Options.Unknown.Select(name => $"unknown option {name}"),
        .. file.Tensors.Where(tensor => !used.Contains(tensor.Name)).Select(tensor => $"tensor {tensor} was neither read nor compared"),
    ];

    private HostTensor Used(string name)
    {
        used.Add(name);
        return file[name];
    }

    private void Compare(string name, ReadOnlySpan<double> actual, double tolerance, double floor)
    {
        var expected = Floats(name);
        if (expected.Length != actual.Length)
        {
            faults.Add($"{name}: expected {expected.Length} numbers, found {actual.Length}");
            return;
        }
        var (worst, at) = (0.0, -1);
        for (var i = 0; i < expected.Length; i++)
        {
            var error = Error(actual[i], expected[i], floor);
            if (error > worst) (worst, at) = (error, i);
        }
        if (worst > tolerance) faults.Add($"{name}: element {at} of {expected.Length} is {actual[at]:g9}, expected {expected[at]:g9}; error {worst:g3} above {tolerance:g1}");
    }

    private static double Error(double actual, double expected, double floor) =>
        actual.Equals(expected) ? 0
        : double.IsFinite(actual) && double.IsFinite(expected) ? Math.Abs(actual - expected) / Math.Max(floor, Math.Abs(expected))
        : double.PositiveInfinity;

    private static double[] Widen(ReadOnlySpan<float> values) => Array.ConvertAll(values.ToArray(), value => (double)value);
}
