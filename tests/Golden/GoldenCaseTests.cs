using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>That a golden case cannot pass by luck.</summary>
public sealed class GoldenCaseTests
{
    [Test]
    public void An_option_that_nobody_asked_for_is_a_fault() =>
        Assert.That(Faults("""{"k": 5, "sigma": 1}""", golden =>
        {
            _ = golden.Options.Int("k");
            golden.Expect("out", 1, 100);
        }), Is.EqualTo(["unknown option sigma"]));

    [Test]
    public void So_is_one_inside_a_list_of_objects() =>
        Assert.That(Faults("""{"groups": [{"lr": 1}, {"lr": 2, "sigma": 1}]}""", golden =>
        {
            foreach (var group in golden.Options.Objects("groups")) _ = group.Double("lr");
            golden.Expect("out", 1, 100);
        }), Is.EqualTo(["unknown option sigma"]));

    [Test]
    public void A_tensor_that_nobody_touched_is_a_fault() =>
        Assert.That(Faults("{}", _ => { }), Is.EqualTo(["tensor out F32 [2] was neither read nor compared"]));

    [Test]
    public void A_tensor_left_out_with_a_reason_is_none() =>
        Assert.That(Faults("{}", golden => golden.LeaveOut("out", "another convention")), Is.Empty);

    [TestCase(1 + 0.9e-5, 100 + 0.9e-3, true)]
    [TestCase(1 + 1.2e-5, 100, false)]
    [TestCase(1, 100 + 1.2e-3, false)]
    [TestCase(1, double.NaN, false)]
    [TestCase(double.PositiveInfinity, 100, false)]
    public void An_output_may_err_by_1e_5_of_its_size(double first, double second, bool passes) =>
        Assert.That(Faults("{}", golden => golden.Expect("out", first, second)).Length == 0, Is.EqualTo(passes));

    [Test]
    public void Too_few_numbers_are_a_fault() =>
        Assert.That(Faults("{}", golden => golden.Expect("out", 1.0)), Is.EqualTo(["out: expected 2 numbers, found 1"]));

    [Test]
    public void A_null_option_is_asked_for_and_gives_the_default() =>
        Assert.That(Faults("""{"k": null}""", golden => golden.Expect("out", golden.Options.Int("k", 1), 100)), Is.Empty);

    private static string[] Faults(string options, Action<GoldenCase> build)
    {
        using var folder = new TempFolder();
        new SafeTensors([HostTensor.Of("out", [2], [1f, 100f])], new Dictionary<string, string> { ["layer"] = "f", ["case"] = "f__x", ["options"] = options }).Write(folder.At("f.safetensors"));
        var golden = GoldenCase.Read(folder.At("f.safetensors"));

        build(golden);

        return [.. golden.Faults()];
    }
}
