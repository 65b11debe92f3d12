using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Torch;
using NUnit.Framework;
using static GraphTune.Tests.TorchBuilder;

namespace GraphTune.Tests;

public sealed class TorchFileTests
{
    [Test]
    public void All_formats_of_a_checkpoint_hold_the_same_bytes()
    {
        var golden = SharedData.At("data", "molecules", "golden");
        var published = SharedData.At("data", "molecules", "checkpoints", "hu2020");
        (string, string)[] pairs =
        [
            .. new[] { "legacy", "zip" }.Select(format => (Path.Combine(golden, $"gin_random_d32_{format}.pth"), Path.Combine(golden, "gin_random_d32.safetensors"))),
            .. Directory.GetFiles(published, "*.pth").Select(file => (file, Path.ChangeExtension(file, ".safetensors"))),
        ];
        foreach (var (torch, plain) in pairs)
        {
            var wanted = SafeTensors.Read(plain).Tensors;

            var found = CheckpointFile.Read(torch).Tensors;

            Assert.That(found.OrderBy(t => t.Name, StringComparer.Ordinal), Is.EqualTo(wanted.OrderBy(t => t.Name, StringComparer.Ordinal)), torch);
        }
    }

    [Test]
    public void Both_formats_give_names_shapes_and_numbers()
    {
        using var folder = new TempFolder();
        var zip = Zip(folder.At("a.pt"), Dictionary(("w", Tensor("0", 4, 0, [2, 2], [2, 1]))), ("0", Floats(1, 2, 3, 4)));
        var stream = Stream(folder.At("b.pth"), Dictionary(("w", Tensor("9", 4, 0, [2, 2], [2, 1], legacy: true))), ("9", 4, Floats(1, 2, 3, 4)));

        foreach (var path in new[] { zip, stream })
            Assert.That(CheckpointFile.Read(path).Tensors, Is.EqualTo(new[] { HostTensor.Of("w", [2, 2], [1f, 2f, 3f, 4f]) }));
    }

    [Test]
    public void Tensors_may_share_a_storage_and_look_at_it_in_any_order()
    {
        using var folder = new TempFolder();
        var path = Zip(folder.At("a.pt"), Dictionary(
            ("turned", Tensor("0", 6, 0, [3, 2], [1, 3])), ("tail", Tensor("0", 6, 4, [2], [1])), ("spread", Tensor("0", 6, 5, [3], [0])), ("none", Tensor("0", 6, 0, [0, 7], [7, 1])), ("one", Tensor("0", 6, 2, [], []))),
            ("0", Floats(1, 2, 3, 4, 5, 6)));

        var found = TorchFile.Read(path);

        Assert.That(found["turned"].ToFloats(), Is.EqualTo(new[] { 1f, 4f, 2f, 5f, 3f, 6f }));
        Assert.That(found["tail"].ToFloats(), Is.EqualTo(new[] { 5f, 6f }));
        Assert.That(found["spread"].ToFloats(), Is.EqualTo(new[] { 6f, 6f, 6f }));
        Assert.That(found["none"].Shape, Is.EqualTo(new[] { 0L, 7L }));
        Assert.That(found["one"].Shape, Is.Empty);
        Assert.That(found["one"].ToFloats(), Is.EqualTo(new[] { 3f }));
    }

    [TestCase("HalfStorage", new byte[] { 0, 0x3c, 0, 0xc0 }, DType.F16, new[] { 1f, -2f })]
    [TestCase("BFloat16Storage", new byte[] { 0x80, 0x3f, 0, 0xc0 }, DType.BF16, new[] { 1f, -2f })]
    [TestCase("ShortStorage", new byte[] { 1, 0, 0xfe, 0xff }, DType.I16, new[] { 1f, -2f })]
    [TestCase("CharStorage", new byte[] { 1, 0xfe }, DType.I8, new[] { 1f, -2f })]
    [TestCase("ByteStorage", new byte[] { 1, 0xfe }, DType.U8, new[] { 1f, 254f })]
    [TestCase("BoolStorage", new byte[] { 1, 0 }, DType.BOOL, new[] { 1f, 0f })]
    public void Every_type_of_number_is_read(string storage, byte[] data, DType type, float[] wanted)
    {
        using var folder = new TempFolder();

        var found = TorchFile.Read(Zip(folder.At("a.pt"), Dictionary(("w", Tensor("0", 2, 0, [2], [1], storage))), ("0", data)))["w"];

        Assert.That((found.Type, found.ToFloats()), Is.EqualTo((type, wanted)).Using<(DType, float[])>((a, b) => a.Item1 == b.Item1 && a.Item2.SequenceEqual(b.Item2)));
    }

    [Test]
    public void A_state_below_a_key_is_found_and_the_rest_told()
    {
        using var folder = new TempFolder();
        var parameter = Call(Global("torch._utils", "_rebuild_parameter"), Tensor("0", 1, 0, [1], [1]), [0x88], Call(Global("collections", "OrderedDict")));
        var optimizer = Dictionary(("state", Dictionary(("0", Dictionary(("exp_avg", Tensor("0", 1, 0, [1], [1])))))));
        var path = Zip(folder.At("a.pt"), Dictionary(("epoch", Whole(7)), ("optimizer", optimizer), ("model_state_dict", Dictionary(("module.w", parameter)))), ("0", Floats(5)));

        var found = CheckpointFile.Read(path);

        Assert.That(found.Tensors.Select(t => t.Name), Is.EqualTo(new[] { "module.w" }));
        Assert.That((found.Metadata["torch.epoch"], found.Metadata["torch.from"]), Is.EqualTo(("7", "model_state_dict")));
    }
}
