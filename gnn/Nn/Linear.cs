using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>y = x·Wᵀ + b. Parameters: <c>weight</c>[outputs, inputs], <c>bias</c>[outputs].</summary>
public sealed partial class Linear : TensorModule
{
    /// <summary>A map with random weights, as PyTorch draws them (<see cref="Init.Kaiming"/>), or as PyG's convolutions do.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="bias">Whether there is a b.</param>
    /// <param name="glorot">Weights by <see cref="Init.Glorot"/> and a bias of zeros.</param>
    /// <param name="gain">Widens Glorot's bound.</param>
    public Linear(Device device, int inputs, int outputs, Rng rng, bool bias = true, bool glorot = false, float gain = 1f)
    {
        var (weights, biases) = (new Shape(outputs, inputs), new Shape(outputs));
        Weight = Add("weight", glorot ? Init.Glorot(device, weights, rng, gain) : Init.Kaiming(device, weights, inputs, rng));
        if (bias) Bias = Add("bias", glorot ? Init.Constant(device, biases, 0f) : Init.Kaiming(device, biases, inputs, rng));
    }

    /// <summary>W[outputs, inputs].</summary>
    public Parameter Weight { get; }

    /// <summary>b[outputs], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>x·Wᵀ + b for x[n, inputs].</summary>
    public override Var Forward(Var x) => x.Linear(WeightOn(x.Tape), Bias);

    /// <summary>The same as an operation that has not run, for what follows in one storage.</summary>
    internal Op Of(Var x) => new LinearOp<Kernels.Identity>(x, WeightOn(x.Tape), Bias);

    /// <summary>x·Wᵀ + b for a sparse x[n, inputs].</summary>
    public Var Forward(SparseVar x) => x.Linear(WeightOn(x.Value.Tape), Bias);

    /// <summary>max(0, x·Wᵀ + b), in one pass.</summary>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="relu">Whether to rectify.</param>
    public Var Forward(Var x, bool relu) => x.Linear(WeightOn(x.Tape), Bias, relu);

    /// <summary>dropout(f(x·Wᵀ + b)), in one pass where the result of f tells its slope.</summary>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="activation">f, with the constants of <see cref="Activation"/>.</param>
    /// <param name="dropout">The share that is dropped in training, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dropout"/> is outside 0 to 1.</exception>
    public Var Forward(Var x, ActivationKind activation, float dropout = 0f) => activation switch
    {
        ActivationKind.Relu => x.Linear<Kernels.Relu>(WeightOn(x.Tape), Bias, dropout: dropout),
        ActivationKind.LeakyRelu => x.Linear<Kernels.LeakyRelu>(WeightOn(x.Tape), Bias, Activation.LeakySlope, dropout),
        ActivationKind.Elu => x.Linear<Kernels.Elu>(WeightOn(x.Tape), Bias, Activation.EluScale, dropout),
        ActivationKind.Sigmoid => x.Linear<Kernels.Sigmoid>(WeightOn(x.Tape), Bias, dropout: dropout),
        ActivationKind.Tanh => x.Linear<Kernels.Tanh>(WeightOn(x.Tape), Bias, dropout: dropout),
        ActivationKind.None => x.Linear<Kernels.Identity>(WeightOn(x.Tape), Bias, dropout: dropout),
        _ => new Activation(activation).Forward(x.Linear(WeightOn(x.Tape), Bias)).Dropout(dropout),   // its slope needs what came before
    };
}
