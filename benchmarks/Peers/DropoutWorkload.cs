using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using TorchSharp;

namespace GraphTune.Benchmarks.Peers;

/// <summary>y = dropout(relu(x + b)): what stands between two layers.</summary>
internal static class DropoutWorkload
{
    private const int Rows = 169_343, Width = 64;
    private const double Exact = 1e-7;

    public static Workload BiasReluDropout { get; } = new($"dropout-bias-relu-{Rows}x{Width}", Exact, () => _ = Inputs.Dense(GraphRecipe.Arxiv, Width),
        threads => new Ours(Inputs.Dense(GraphRecipe.Arxiv, Width), threads), () => new Torch(Inputs.Dense(GraphRecipe.Arxiv, Width)));

    private static float[] Bias => Inputs.Uniform(Width, 3);

    private sealed class Ours : IContender
    {
        private readonly CpuDevice device;
        private readonly Tensor x, bias;
        private uint step;

        public Ours(float[] values, int threads)
        {
            device = new CpuDevice(threads);
            (x, bias) = (Tensor.From(device, new Shape(Rows, Width), values), Tensor.From(device, new Shape(Width), Bias));
        }

        public string Form => "ReluDropout";

        public void Run()
        {
            using var tape = Tape.Train(device, seed: 1, step++);
            _ = Forward(tape, StepRecipe.Dropout);
        }

        public float[][] Result()
        {
            using var tape = Tape.Infer(device);
            return [Forward(tape, p: 0f).ToArray()];
        }

        public void Dispose()
        {
            x.Dispose();
            bias.Dispose();
            device.Dispose();
        }

        private Var Forward(Tape tape, float p) => tape.Input(x).ReluDropout(p, bias);
    }

    private sealed class Torch(float[] values) : IContender
    {
        private readonly torch.Tensor x = values.ToTorch(Rows, Width), bias = Bias.ToTorch(Width);

        public string Form => "relu and dropout";

        public void Run()
        {
            using var scope = torch.NewDisposeScope();
            _ = torch.nn.functional.dropout(Rectified(), StepRecipe.Dropout, training: true);
        }

        public float[][] Result()
        {
            using var scope = torch.NewDisposeScope();
            return [Rectified().ToFloats()];
        }

        public void Dispose()
        {
            x.Dispose();
            bias.Dispose();
        }

        private torch.Tensor Rectified() => torch.nn.functional.relu(x + bias);
    }
}
