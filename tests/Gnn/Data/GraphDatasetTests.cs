using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class GraphDatasetTests
{
    // A triangle, a graph of one node, and a path of two.
    private static GraphDataset Good() => new()
    {
        Name = "toy",
        NodeStart = [0, 3, 4, 6],
        EdgeStart = [0, 3, 3, 5],
        Source = [0, 1, 2, 0, 1],
        Target = [1, 2, 0, 1, 0],
        NodeCodes = new(6, 1, [0, 1, 2, 0, 1, 2]),
        EdgeFeatures = new(5, 1, [1, 2, 3, 4, 5]),
        Task = TaskKind.Binary,
        Tasks = ["a", "b"],
        Labels = [0, 1, float.NaN, 0, 1, 1],
        Classes = 2,
        Splits = [new([0], [1], new([2]))],
        Ids = ["x", "y", "z"],
        Metric = "auroc",
        Provenance = "made in a test",
    };

    private static IEnumerable<TestCaseData> Broken()
    {
        var good = Good();
        TestCaseData Case(GraphDataset data, string line) => new TestCaseData(data, line).SetArgDisplayNames(line);
        yield return Case(good with { NodeStart = [1, 3, 4, 6] }, "toy: the node starts begin at 1, not at 0.");
        yield return Case(good with { NodeStart = [0, 3, 2, 6] }, "toy: the node starts fall from 3 to 2 after graph 1.");
        yield return Case(good with { EdgeStart = [0, 3, 5] }, "toy: 3 graphs by their nodes but 2 by their edges.");
        yield return Case(good with { NodeStart = [0], EdgeStart = [0] }, "toy: there are no graphs.");
        yield return Case(good with { Target = [1, 2, 0, 1] }, "toy: 5 edges by their starts, but 5 sources and 4 targets.");
        yield return Case(good with { Target = [1, 2, 0, 1, 2] }, "toy: graph 2: edge 1 goes from 1 to 2, but the graph has 2 nodes, counted from 0.");
        yield return Case(good with { NodeCodes = new(5, 1, new int[5]) }, "toy: 6 nodes but codes for 5.");
        yield return Case(good with { NodeCodes = new(6, 1, [0, 1, 2, -1, 1, 2]) }, "toy: node 3 has code -1 in column 0; codes count from 0.");
        yield return Case(good with { EdgeFeatures = new(4, 1, new float[4]) }, "toy: 5 edges but 4 feature rows.");
        yield return Case(good with { EdgeFeatures = new(5, 1, [1, 2, 3, float.NaN, 5]) }, "toy: the edge feature at row 3, column 0 is NaN; features must be finite.");
        yield return Case(good with { Labels = [0, 1] }, "toy: 3 graphs of 2 tasks need 6 labels, found 2.");
        yield return Case(good with { Labels = [0, 1, 0, -1, 1, 1] }, "toy: graph 1: label 'b' is -1; a class from 0 to 1 is wanted, NaN where it is missing.");
        yield return Case(good with { Task = TaskKind.Regression, Classes = 0, Labels = [0, 1, 0, float.PositiveInfinity, 1, 1] }, $"toy: graph 1: label 'b' is {float.PositiveInfinity}; a finite number is wanted, NaN where it is missing.");
        yield return Case(good with { Task = TaskKind.MultiClass }, "toy: one class a graph is one task, found 2.");
        yield return Case(good with { Ids = ["x"] }, "toy: 3 graphs but 1 names.");
        yield return Case(good with { Metric = "luck" }, "toy: metric 'luck' is unknown; use accuracy, auroc or rmse.");
        yield return Case(good with { Splits = [new([0], [1], new([3]))] }, "toy: split 0: test row 3 is out of range; graphs run from 0 to 2.");
        yield return Case(good with { Splits = [new([0], [0], new([2]))] }, "toy: split 0: graph 0 is in train and in validation; the parts must not overlap.");
        yield return Case(good with { Splits = [new([], [0], new([2]))] }, "toy: split 0: no train rows.");
    }

    [TestCaseSource(nameof(Broken))]
    public void A_broken_rule_is_one_clear_line(GraphDataset data, string line) =>
        Assert.That(Assert.Throws<InvalidDataException>(() => data.Checked())!.Message, Is.EqualTo(line));

    [Test]
    public void A_sound_data_set_passes_and_counts()
    {
        var data = Good().Checked();

        Assert.That((data.Graphs, data.Nodes, data.Edges), Is.EqualTo((3, 6, 5)));
    }

    [Test]
    public void Folds_need_no_validation_rows() =>
        Assert.That((Good() with { Splits = [new([0, 1], [], new([2])), new([2], [], new([0, 1]))] }).Checked().Splits, Has.Count.EqualTo(2));

    [Test]
    public void A_subset_takes_whole_graphs_in_the_order_asked()
    {
        var taken = Good().Subset([2, 0]).Checked();

        Assert.That((taken.NodeStart, taken.EdgeStart), Is.EqualTo((new[] { 0, 2, 5 }, new[] { 0, 2, 5 })));
        Assert.That((taken.Source, taken.Target), Is.EqualTo((new[] { 0, 1, 0, 1, 2 }, new[] { 1, 0, 1, 2, 0 })));
        Assert.That((taken.NodeCodes!.Values, taken.EdgeFeatures!.Dense), Is.EqualTo((new[] { 1, 2, 0, 1, 2 }, new[] { 4f, 5, 1, 2, 3 })));
        Assert.That((taken.Labels, taken.Ids, taken.Splits.Count), Is.EqualTo((new[] { 1f, 1, 0, 1 }, new[] { "z", "x" }, 0)));
    }

    [Test]
    public void Degrees_and_one_hot_codes_stand_in_for_features()
    {
        var data = Good().WithDegreeCodes();

        Assert.That(data.NodeCodes!.Values, Is.EqualTo(new[] { 1, 1, 1, 0, 1, 1 }));
        Assert.That(new CodeTable(2, 2, [0, 2, 1, 0]).OneHot().Dense, Is.EqualTo(new[] { 1f, 0, 0, 0, 1, 0, 1, 1, 0, 0 }));
    }
}
