using BenchmarkDotNet.Running;
using GraphTune.Benchmarks;

if (args is ["roofline", ..]) Roofline.Print(Environment.ProcessorCount, Console.Out);
else if (args is ["graphs", ..])
    foreach (var recipe in GraphRecipe.All) Console.WriteLine($"{recipe.Name} {recipe.Nodes} nodes, {recipe.Edges} edges, columns {SyntheticGraph.Generate(recipe).Fingerprint()}");
else if (args is ["trace", var graph, var model, ..]) Environment.ExitCode = StepTrace.Print(graph, model, args.Length > 3 ? args[3] : "1", Console.Out) ? 0 : 2;
else if (args is ["threads", ..]) Environment.ExitCode = ThreadGain.Print(args.Length > 1 ? args[1] : "", Environment.ProcessorCount, Console.Out) ? 0 : 1;
else if (args is ["construction", ..]) GraphConstruction.Print(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 10_000_000, Console.Out);
else if (args is ["scaling", ..]) Scaling.Print(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : Environment.ProcessorCount, Machine.LastCacheBytes, Console.Out);
else if (args is ["reorder", ..]) Reordering.Print(Console.Out);
else if (args is ["gpu", var mode, var device, ..]) Environment.ExitCode = AcceleratorBench.Run(mode, device, args.Length > 3 ? args[3] : null, Console.Out);
else if (args is ["smiles", var file, ..]) SmilesRate.Print(file, Console.Out);
else if (args is ["sampling", ..]) Sampling.Print(Console.Out);
else BenchmarkSwitcher.FromAssembly(typeof(Roofline).Assembly).Run(args);
