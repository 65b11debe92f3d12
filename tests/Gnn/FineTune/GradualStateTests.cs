using GraphTune.Engine;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Optim;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class GradualStateTests
{
    // Four steps with gradients of ones for all that learns; from the third on the next layer joins, or none does.
    private static (Dictionary<string, HostTensor> State, float[] Head) Run(int epochsPerLayer)
    {
        using var model = Scene.Nodes.Model(TestDevices.Cpu);
        using var optimizer = new AdamW();
        var strategy = new GradualUnfreeze(new Full(), epochsPerLayer);
        for (var step = 0; step < 4; step++)
        {
            ParameterGroup[] groups = [.. strategy.Groups(model, epoch: step / 2)];
            foreach (var (_, p) in model.Parameters) p.ClearGrad();
            foreach (var (_, p) in groups.SelectMany(g => g.Parameters)) p.Grad.Write([.. Enumerable.Repeat(1f + step, p.Count)]);
            optimizer.Step(groups);
        }
        return (optimizer.State().ToDictionary(t => t.Name), [.. ModelParts.Of(model).Head.SelectMany(p => p.Value.ToArray())]);
    }

    [Test]
    public void A_layer_that_learns_keeps_its_optimizer_state_when_the_next_one_joins()
    {
        var (joined, head) = Run(epochsPerLayer: 1);
        var (alone, same) = Run(epochsPerLayer: 10);

        Assert.That(joined["head.0.weight.step"].ToFloats(), Is.EqualTo(new[] { 4f }));
        Assert.That(joined["encoder.convs.1.bias.step"].ToFloats(), Is.EqualTo(new[] { 2f }));
        Assert.That(joined.Keys, Has.None.StartsWith("encoder.convs.0."));
        foreach (var (name, tensor) in alone) Assert.That(joined[name].ToFloats(), Is.EqualTo(tensor.ToFloats()), name);
        Assert.That(head, Is.EqualTo(same));
    }
}
