using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn;

/// <summary>The low-rank part that a map may be given: x·(W + s·B·A)ᵀ + b. Parameters: <c>lora_A</c>[rank, inputs], <c>lora_B</c>[outputs, rank]; buffer: <c>lora_scale</c>[1] (s).</summary>
public sealed partial class Linear
{
    private Parameter? loraA, loraB;
    private Tensor? loraScale;

    /// <summary>The rank of the low-rank part; 0 where there is none.</summary>
    public int LoraRank => loraA?.Shape[0] ?? 0;

    /// <summary>Adds a low-rank part. A is drawn, B starts from zeros, so the map is the same at first.</summary>
    /// <param name="rank">Rows of A, at least 1.</param>
    /// <param name="scale">s: α ÷ rank.</param>
    /// <param name="rng">Draws A.</param>
    /// <exception cref="ArgumentException">It has one already.</exception>
    /// <remarks>Hu et al. 2022, arXiv:2106.09685, section 4.1.</remarks>
    public void AddLora(int rank, float scale, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        loraA = Add("lora_A", Init.Kaiming(Weight.Device, new Shape(rank, Weight.Shape[1]), Weight.Shape[1], rng));
        loraB = Add("lora_B", Init.Constant(Weight.Device, new Shape(Weight.Shape[0], rank), 0f));
        loraScale = AddBuffer("lora_scale", Tensor.From(Weight.Device, new Shape(1), [scale]));
    }

    /// <summary>Adds s·B·A to W and takes the low-rank part away; nothing where there is none.</summary>
    /// <remarks>The sum is the one that <see cref="WeightOn"/> makes: the merged map gives the same bits.</remarks>
    public void MergeLora()
    {
        if (loraA is null) return;
        using (var tape = Tape.Infer(Weight.Device)) Weight.Device.Run(new Copy(WeightOn(tape), Weight));
        foreach (var name in new[] { "lora_A", "lora_B", "lora_scale" }) Remove(name);
        (loraA, loraB, loraScale) = (null, null, null);
    }

    /// <summary>The weights that x meets: W, or W + s·B·A on a tape.</summary>
    /// <param name="tape">Where the sum is computed.</param>
    /// <remarks>The sum costs outputs·inputs·rank, whatever the rows of x: a layer that fuses its map, or folds it into another, needs nothing new.</remarks>
    public Tensor WeightOn(Tape tape) => loraA is null ? Weight : tape.Input(loraB!).MatMul(loraA) * loraScale! + Weight;
}
