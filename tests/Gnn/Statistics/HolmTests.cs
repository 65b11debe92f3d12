using GraphTune.Gnn.Statistics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class HolmTests
{
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    [Test]
    public void Adjusts_as_R_does() =>
        Assert.That(Holm.Adjust([0.01, 0.04, 0.03, 0.005]), Is.EqualTo(new[] { 0.03, 0.06, 0.06, 0.02 }).Within(1e-12));

    [Test]
    public void One_comparison_stays_as_it_is() => Assert.That(Holm.Adjust([0.2]), Is.EqualTo(new[] { 0.2 }));

    [Test]
    public void None_becomes_more_than_one() => Assert.That(Holm.Adjust([0.9, 0.8]), Is.EqualTo(new[] { 1.0, 1.0 }));

    [Test]
    public void A_number_that_is_no_p_is_refused() => Assert.Throws<ArgumentException>(() => Holm.Adjust([double.NaN]));
}
