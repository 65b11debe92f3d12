using System.Globalization;
using System.Text.RegularExpressions;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;

namespace GraphTune.Tests;

/// <summary>Builds modules from the way golden files write them: <c>Sequential(Linear(5,8),ReLU,Linear(8,7))</c>.</summary>
internal static partial class GoldenModules
{
    public static TensorModule Parse(Device device, string text)
    {
        var call = Call().Match(text);
        var arguments = Split(call.Groups["arguments"].Value);
        double First(double otherwise) => arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : otherwise;
        return call.Groups["name"].Value switch
        {
            "Sequential" => new Sequential(arguments.Select(part => Parse(device, part))),
            "Linear" => Linear(device, arguments),
            "ReLU" => new Activation(ActivationKind.Relu),
            "ELU" when First(1) == 1 => new Activation(ActivationKind.Elu),
            "LeakyReLU" when First(0.01) == 0.01 => new Activation(ActivationKind.LeakyRelu),
            "SiLU" => new Activation(ActivationKind.Silu),
            "Sigmoid" => new Activation(ActivationKind.Sigmoid),
            "Tanh" => new Activation(ActivationKind.Tanh),
            "Identity" => new Activation(ActivationKind.None),
            _ => throw new InvalidDataException($"module '{text}' is unknown"),
        };
    }

    /// <summary>PyG's names of aggregations.</summary>
    public static Aggregation Aggregation(string name) => name switch
    {
        "sum" or "add" => GraphTune.Autograd.Ops.Aggregation.Sum,
        "mean" => GraphTune.Autograd.Ops.Aggregation.Mean,
        "max" => GraphTune.Autograd.Ops.Aggregation.Max,
        "min" => GraphTune.Autograd.Ops.Aggregation.Min,
        "mul" => GraphTune.Autograd.Ops.Aggregation.Mul,
        _ => throw new InvalidDataException($"aggregation '{name}' is unknown"),
    };

    private static Linear Linear(Device device, string[] arguments)
    {
        var bias = arguments.Length < 3 || arguments[2].Split('=')[^1].Trim() is "True" or "true";
        return new(device, int.Parse(arguments[0], CultureInfo.InvariantCulture), int.Parse(arguments[1], CultureInfo.InvariantCulture), new Rng(0), bias);
    }

    // Cuts at the commas that stand in no inner brackets.
    private static string[] Split(string text)
    {
        List<string> parts = [];
        var (depth, start) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                if (i > start) parts.Add(text[start..i].Trim());
                start = i + 1;
            }
            else depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
        }
        return [.. parts];
    }

    [GeneratedRegex(@"^\s*(?<name>\w+)\s*(\((?<arguments>.*)\))?\s*$")] private static partial Regex Call();
}
