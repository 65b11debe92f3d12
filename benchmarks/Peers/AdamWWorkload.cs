using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Optim;
using TorchSharp;

namespace GraphTune.Benchmarks.Peers;

/// <summary>One update of a million parameters in fifty tensors; compared after three.</summary>
internal static class AdamWWorkload
{
    private const int Tensors = 50, Size = 20_000, Compared = 3;
    private const double Tolerance = 1e-6;

    public static Workload AdamW { get; } = new("adamw-1m-50", Tolerance, () => { }, threads => new Ours(threads), () => new Torch());

    private static float[] Value(int tensor) => Inputs.Uniform(Size, (ulong)tensor);

    private static float[] Gradient(int tensor) => Inputs.Uniform(Size, (ulong)(Tensors + tensor));

    private sealed class Ours : IContender
    {
        private readonly CpuDevice device;
        private readonly AdamW optimizer = new();
        private readonly ParameterGroup group;

        public Ours(int threads)
        {
            device = new CpuDevice(threads);
            group = new ParameterGroup("all", [.. Enumerable.Range(0, Tensors).Select(i => ($"{i}", new Parameter(device, new Shape(Size))))], StepRecipe.LearningRate) { WeightDecay = StepRecipe.WeightDecay };
            for (var i = 0; i < Tensors; i++) group.Parameters[i].Value.TakeGrad(out _).Write(Gradient(i));
            Reset();
        }

        public string Form => "AdamW";

        public void Run() => optimizer.Step([group]);

        public float[][] Result()
        {
            Reset();
            for (var i = 0; i < Compared; i++) Run();
            return [.. group.Parameters.Select(p => p.Value.ToArray())];
        }

        public void Dispose()
        {
            optimizer.Dispose();
            foreach (var (_, parameter) in group.Parameters) parameter.Dispose();
            device.Dispose();
        }

        private void Reset()
        {
            optimizer.Clear();
            for (var i = 0; i < Tensors; i++) group.Parameters[i].Value.Write(Value(i));
        }
    }

    private sealed class Torch : IContender
    {
        private readonly TorchSharp.Modules.Parameter[] parameters;
        private TorchSharp.Modules.AdamW optimizer;

        public Torch()
        {
            parameters = [.. Enumerable.Range(0, Tensors).Select(i => torch.nn.Parameter(Value(i).ToTorch(Size)))];
            for (var i = 0; i < Tensors; i++) parameters[i].grad = Gradient(i).ToTorch(Size);
            optimizer = Fresh();
        }

        public string Form => "AdamW";

        public void Run()
        {
            using var scope = torch.NewDisposeScope();
            optimizer.step();
        }

        public float[][] Result()
        {
            using var frozen = torch.no_grad();
            for (var i = 0; i < Tensors; i++) parameters[i].copy_(Value(i).ToTorch(Size));
            optimizer.Dispose();
            optimizer = Fresh();
            for (var i = 0; i < Compared; i++) Run();
            return [.. parameters.Select(p => p.ToFloats())];
        }

        public void Dispose()
        {
            optimizer.Dispose();
            foreach (var parameter in parameters) parameter.Dispose();
        }

        private TorchSharp.Modules.AdamW Fresh() => torch.optim.AdamW(parameters, StepRecipe.LearningRate, weight_decay: StepRecipe.WeightDecay);
    }
}
