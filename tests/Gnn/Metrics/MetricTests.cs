using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class MetricTests
{
    public static IEnumerable<string> Names => Metric.Names;

    [TestCaseSource(nameof(Names))]
    public void A_metric_is_found_by_the_name_it_gives(string name) =>
        Assert.That(Metric.ByName(name).Name, Is.EqualTo(name));

    [TestCaseSource(nameof(Names))]
    public void Perfect_predictions_have_the_best_value(string name)
    {
        var metric = Metric.ByName(name);

        Assert.That(metric.Evaluate([-99, 99, -99, 99], [0, 1, 0, 1], [0, 1, 2, 3]), Is.EqualTo(metric.HigherIsBetter ? 1 : 0).Within(1e-9));
    }

    [TestCaseSource(nameof(Names))]
    public void Rows_without_labels_leave_it_undefined(string name) =>
        Assert.That(Metric.ByName(name).Evaluate([1, 2], [-1, -1], [0, 1]), Is.NaN);

    [TestCaseSource(nameof(Names))]
    public void A_NaN_logit_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => Metric.ByName(name).Evaluate([1, float.NaN], [0, 1], [0, 1]));

    [Test]
    public void An_unknown_name_is_answered_with_the_known_ones() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Metric.ByName("acuracy"))!.Message, Does.Contain("accuracy, f1, macro-f1"));

    [Test]
    public void Several_tasks_are_refused_where_one_is_meant()
    {
        Assert.Throws<ArgumentException>(() => Metric.ByName("accuracy", tasks: 3));
        Assert.That(Metric.ByName("auroc", tasks: 2).Evaluate([1, 2, 2, 1], [0, 0, 1, 1], [0, 1]), Is.EqualTo(0.5));
    }
}
