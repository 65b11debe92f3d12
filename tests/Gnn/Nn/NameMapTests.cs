using GraphTune.Gnn;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class NameMapTests
{
    [TestCase("module.gnn.gnns.0.mlp.0.weight", ExpectedResult = "gnns.0.mlp.0.weight")]
    [TestCase("x_embedding1.weight", ExpectedResult = "x_embedding1.weight")]
    [TestCase("graph_pred_linear.bias", ExpectedResult = null)]
    public string? Published_names_become_those_of_a_bare_encoder(string name) => NameMap.Hu2020.Apply(name);

    [TestCase("gnns.0.att", ExpectedResult = "gnn.gnns.0.att")]
    [TestCase("gnn.gnns.0.att", ExpectedResult = "gnn.gnns.0.att")]
    [TestCase("graph_pred_linear.bias", ExpectedResult = "graph_pred_linear.bias")]
    public string? And_those_of_a_predictor(string name) => NameMap.Hu2020Predictor.Apply(name);

    [TestCase("norms.3.module.running_mean", ExpectedResult = "norms.3.running_mean")]
    [TestCase("convs.3.bias", ExpectedResult = "convs.3.bias")]
    public string? Norms_of_PyG_lie_one_level_deeper(string name) => NameMap.PyG.Apply(name);

    [TestCase("encoder.w", ExpectedResult = "w")]
    [TestCase("head.w", ExpectedResult = null)]
    public string? A_part_is_taken_by_its_prefix(string name) => NameMap.Below("encoder.").Apply(name);

    [Test]
    public void Rules_are_read_from_text()
    {
        var map = NameMap.Parse("# ours\n old.*.weight => new.*.w\n\nextra.* =>\n");

        Assert.That(new[] { map.Apply("old.3.weight"), map.Apply("extra.x"), map.Apply("bias") }, Is.EqualTo(new[] { "new.3.w", null, "bias" }));
        Assert.That(map.ToString(), Is.EqualTo("\"old.*.weight\" → \"new.*.w\"; \"extra.*\" left out"));
        Assert.That(() => NameMap.Parse("a\nb"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("line 1"));
    }
}
