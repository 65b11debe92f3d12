using BenchmarkDotNet.Running;
using GraphTune.Benchmarks;

if (args is ["roofline", ..]) Roofline.Print(Environment.ProcessorCount, Console.Out);
else if (args is ["graphs", ..])
    foreach (var recipe in GraphRecipe.All) Console.WriteLine($"{recipe.Name} {recipe.Nodes} nodes, {recipe.Edges} edges, columns {SyntheticGraph.Generate(recipe).Fingerprint()}");
else BenchmarkSwitcher.FromAssembly(typeof(Roofline).Assembly).Run(args);
