using GraphTune.Benchmarks;
using GraphTune.Benchmarks.Peers;

const string Usage = """
    hot [--only NAME] [--threads N] [--seconds S] [--against FILE] [--store FILE]
        runs the workloads (NAME may end in *), one JSON line each; S seconds a workload at most to find quiet moments
        --against: exit code 1 where a ratio of FILE is missed by more than 15 %, twice, or where none stands for this kind of processor (unless it is stored)
        --store: writes the ratios to FILE, the lower of two runs
    list
        names the workloads
    """;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

if (args is ["list"])
{
    foreach (var workload in Workload.Hot) Console.WriteLine(workload.Name);
    return 0;
}

if (args is ["peak", var name, var form, var ofThreads])
{
    PeakMemory.Print(Workload.Hot.Single(w => w.Name == name), int.Parse(form), int.Parse(ofThreads));
    return 0;
}

var only = Option("--only");
var chosen = Workload.Hot.Where(w => only is null || w.Name == only || (only.EndsWith('*') && w.Name.StartsWith(only[..^1], StringComparison.Ordinal))).ToArray();
if (args is not ["hot", ..] || chosen.Length == 0)
{
    Console.Error.WriteLine(args is ["hot", ..] ? $"no workload '{only}'; 'list' names them" : Usage);
    return 2;
}

var threads = int.Parse(Option("--threads") ?? $"{Environment.ProcessorCount}");
var duel = new Duel(threads, new Race(BudgetSeconds: double.Parse(Option("--seconds") ?? "40")));
var (against, store) = (Option("--against") is { } file ? new Ratios(file, Machine.Processor) : null, Option("--store") is { } target ? new Ratios(target, Machine.Processor) : null);
TorchLibrary.Prepare(threads);
var failed = 0;
foreach (var workload in chosen)
    try
    {
        if (workload.Name.StartsWith(ReferenceWorkloads.Prefix, StringComparison.Ordinal) && !ReferenceLibrary.Prepare(threads))
        {
            Console.Error.WriteLine($"{workload.Name}: skipped: no gcc, or no ../shared/peers/reference");
            continue;
        }
        var least = against?.Least(workload.Name, threads);
        if (against is not null && store is null && least is null)
        {
            Console.Error.WriteLine($"{workload.Name}: no ratio stands for {threads} threads of {Machine.Processor}");
            failed = 1;
            continue;
        }
        var outcome = duel.Fight(workload);
        if (outcome.Ratio < least) outcome = duel.Fight(workload);   // once may be noise
        if (store is not null && duel.Fight(workload) is var again && again.Ratio < outcome.Ratio) outcome = again;   // what stands must not be a slow moment of the peer
        Console.WriteLine(outcome);
        store?.Store(outcome);
        if (!(outcome.Ratio < least)) continue;
        Console.Error.WriteLine($"{workload.Name}: the ratio is {outcome.Ratio}, but at least {least:G3} stood before");
        failed = 1;
    }
    catch (InvalidDataException e)
    {
        Console.Error.WriteLine(e.Message);
        failed = 1;
    }
    catch (FileNotFoundException e)
    {
        Console.Error.WriteLine($"{workload.Name}: skipped: {e.Message}");
    }
return failed;
