using System.Text.RegularExpressions;
using GraphTune.Gnn.Optim;

namespace GraphTune.Tests;

/// <summary>Golden cases of learning-rate schedules: lr[t,group] is the rate used at step t.</summary>
internal static partial class ScheduleCases
{
    // Rates may be tiny, so each is compared relative to itself: float32 storage costs 6e-8.
    private const double Tolerance = 1e-6;

    public static readonly Dictionary<string, Action<GoldenCase>> ByLayer = new()
    {
        ["ConstantLR"] = golden => Check(golden, Plain(golden.Layer, golden.Options)),
        ["LinearLR"] = golden => Check(golden, Plain(golden.Layer, golden.Options)),
        ["StepLR"] = golden => Check(golden, Plain(golden.Layer, golden.Options)),
        ["ExponentialLR"] = golden => Check(golden, Plain(golden.Layer, golden.Options)),
        ["CosineAnnealingLR"] = golden => Check(golden, Plain(golden.Layer, golden.Options)),
        ["SequentialLR"] = golden => Check(golden, Sequential(golden.Options)),
        ["OneCycleLR"] = OneCycleCase,
    };

    /// <summary>A schedule by PyTorch's name, with its options and defaults.</summary>
    private static Schedule Plain(string name, GoldenOptions options) => name switch
    {
        "ConstantLR" => Schedule.Constant(options.Double("factor", 1.0 / 3), options.Int("total_iters", 5)),
        "LinearLR" => Schedule.Linear(options.Double("start_factor", 1.0 / 3), options.Double("end_factor", 1), options.Int("total_iters", 5)),
        "StepLR" => Schedule.Step(options.Int("step_size"), options.Double("gamma", 0.1)),
        "ExponentialLR" => Schedule.Step(every: 1, options.Double("gamma")),
        "CosineAnnealingLR" => Schedule.Cosine(options.Int("T_max"), options.Double("eta_min", 0)),
        _ => throw new InvalidDataException($"schedule '{name}' is unknown"),
    };

    private static Schedule Sequential(GoldenOptions options)
    {
        int[] until = [.. options.Ints("milestones"), int.MaxValue];
        return Schedule.Sequence([.. options.Texts("schedulers").Zip(until, (text, end) => (Parsed(text), end))]);
    }

    /// <summary>Reads a call such as <c>LinearLR(start_factor=0.1,total_iters=5)</c>.</summary>
    private static Schedule Parsed(string text)
    {
        var call = Call().Match(text);
        if (!call.Success) throw new InvalidDataException($"'{text}' is no schedule");
        var options = new GoldenOptions($"{{{Named().Replace(call.Groups["options"].Value, "\"$1\":")}}}");
        var schedule = Plain(call.Groups["name"].Value, options);
        return options.Unknown.Any() ? throw new InvalidDataException($"unknown option {string.Join(", ", options.Unknown)} in '{text}'") : schedule;
    }

    private static void OneCycleCase(GoldenCase golden)
    {
        var options = golden.Options;
        var schedule = new OneCycle(options.Has("total_steps") ? options.Int("total_steps") : options.Int("epochs") * options.Int("steps_per_epoch"))
        {
            Up = options.Double("pct_start", 0.3),
            Divisor = options.Double("div_factor", 25),
            FinalDivisor = options.Double("final_div_factor", 1e4),
            Anneal = options.Text("anneal_strategy", "cos") switch
            {
                "cos" => Anneal.Cosine,
                "linear" => Anneal.Linear,
                var other => throw new InvalidDataException($"anneal_strategy '{other}' is unknown"),
            },
            ThreePhases = options.Bool("three_phase", false),
            CyclesMomentum = options.Bool("cycle_momentum", true),
            LowMomentum = options.Double("base_momentum", 0.85),
            HighMomentum = options.Double("max_momentum", 0.95),
        };
        _ = (golden.Floats("base_lr"), options.Doubles("base_lrs"));   // OneCycleLR puts its own rates in their place
        CheckRates(golden, schedule, options.Doubles("max_lr"));
        var (steps, groups) = (golden.Shape("lr")[0], golden.Shape("lr")[1]);
        if (schedule.CyclesMomentum)
            golden.ExpectRelative("momentum", [.. Enumerable.Range(0, steps * groups).Select(i => schedule.Momentum(i / groups)!.Value)], Tolerance);
    }

    private static void Check(GoldenCase golden, Schedule schedule)
    {
        var rates = golden.Options.Doubles("base_lrs");
        golden.ExpectRelative("base_lr", rates, Tolerance);
        CheckRates(golden, schedule, rates);
    }

    private static void CheckRates(GoldenCase golden, Schedule schedule, double[] rates)
    {
        _ = golden.Options.Bool("verbose", false);   // it only prints
        var (steps, groups) = (golden.Shape("lr")[0], golden.Shape("lr")[1]);
        golden.ExpectRelative("lr", [.. Enumerable.Range(0, steps * groups).Select(i => schedule.Rate(i / groups, rates[rates.Length == 1 ? 0 : i % groups]))], Tolerance);
    }

    [GeneratedRegex(@"^\s*(?<name>\w+)\((?<options>.*)\)\s*$")] private static partial Regex Call();
    [GeneratedRegex(@"(\w+)\s*=")] private static partial Regex Named();
}
