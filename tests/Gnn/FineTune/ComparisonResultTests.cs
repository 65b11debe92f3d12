using GraphTune.Gnn.FineTune;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ComparisonResultTests
{
    [Test]
    public void The_JSON_has_the_documented_keys_and_no_others()
    {
        var result = new ComparisonResult
        {
            Data = "cora",
            Task = "node-classification",
            Metric = "accuracy",
            Methods = [new("scratch", 0.815, [0.81, 0.82], [new(7, 0.815, 0.79, 12, "ab") { Seconds = 3 }]) { About = "anything" }],
            Seconds = 1.5,
            PeakBytes = 4096,
            Differences = [new("full", "scratch", 0.01, 0.005, 0.015)],
        };

        Assert.That(result.ToJson(), Is.EqualTo(
            """{"data":"cora","task":"node-classification","metric":"accuracy","methods":[{"name":"scratch","mean":0.815,"ci95":[0.81,0.82],"runs":[{"seed":7,"score":0.815,"validation":0.79,"bestEpoch":12,"weightsSha256":"ab"}]}],"seconds":1.5,"peakBytes":4096,"differences":[{"method":"full","against":"scratch","mean":0.01,"ci95":[0.005,0.015],"verdict":"better"}]}"""));
    }

    [Test]
    public void A_single_seed_has_no_interval()
    {
        var method = new MethodResult("full", 0.5, [null, null], []);
        var result = new ComparisonResult { Data = "d", Task = "t", Metric = "m", Methods = [method], Seconds = 0, PeakBytes = 0 };

        Assert.That(result.ToJson(), Does.Contain("\"ci95\":[null,null]"));
    }

    [TestCase(0.01, 0.005, 0.015, "better")]
    [TestCase(-0.01, -0.015, -0.005, "worse")]
    [TestCase(0.01, -0.001, 0.021, "no detectable difference")]
    [TestCase(0.01, 0.0, 0.02, "no detectable difference")]
    [TestCase(0.01, double.NaN, double.NaN, "no detectable difference")]
    public void A_difference_is_named_only_where_its_interval_leaves_out_zero(double mean, double low, double high, string verdict) =>
        Assert.That(new Difference("full", "scratch", mean, low, high).Verdict, Is.EqualTo(verdict));
}
