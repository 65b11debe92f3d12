using System.Reflection;
using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class NodeDatasetTests
{
    private static NodeDataset Good() => new()
    {
        Name = "toy",
        Edges = new(6, [0, 1, 2], [1, 2, 3]),
        Features = new(6, 2, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        Labels = [0, 1, 0, 1, 0, -1],
        Classes = 2,
        Splits = [new([0, 1], [2], new([3, 4]))],
        Provenance = "made in a test",
    };

    private static IEnumerable<TestCaseData> Broken()
    {
        var good = Good();
        TestCaseData Case(NodeDataset data, string line) => new TestCaseData(data, line).SetArgDisplayNames(line);
        NodeDataset With(Split split) => good with { Splits = [split] };
        yield return Case(good with { Features = new(5, 2, new float[10]) }, "toy: 6 nodes but 5 feature rows; give one row per node.");
        yield return Case(good with { Labels = [0, 1] }, "toy: 6 nodes but 2 labels; give one per node, -1 where unknown.");
        yield return Case(good with { Edges = new(6, [0, 1], [1, 6]) }, "toy: edge 1 goes from 1 to 6, but node ids run from 0 to 5.");
        yield return Case(good with { Edges = new(6, [-1], [1]) }, "toy: edge 0 goes from -1 to 1, but node ids run from 0 to 5.");
        yield return Case(good with { Features = new(6, 2, [1, 2, 3, float.NaN, 5, 6, 7, 8, 9, 10, 11, 12]) }, "toy: the feature at row 1, column 1 is NaN; features must be finite.");
        yield return Case(good with { Features = new(4, new SparseRows([0, 1, 1, 1, 2, 2, 2], [2, 3], [1, float.PositiveInfinity])) }, "toy: the feature at row 3, column 3 is infinite; features must be finite.");
        yield return Case(good with { Labels = [0, 1, 0, 2, 0, -1] }, "toy: node 3 has label 2, but there are 2 classes (0 to 1, -1 = unlabelled).");
        yield return Case(With(new([0, 2], [1], new([3]))), "toy: class 1 has no training label in any split; add one or leave the class out.");
        yield return Case(With(new([0, 1], [2], new([3, 1]))), "toy: split 0: node 1 is in train and in test; the parts must not overlap.");
        yield return Case(With(new([0, 1], [2, 2], new([3]))), "toy: split 0: node 2 occurs twice in validation.");
        yield return Case(With(new([0, 1], [5], new([3]))), "toy: split 0: validation row 5 has no label.");
        yield return Case(With(new([0, 1], [9], new([3]))), "toy: split 0: validation row 9 is out of range; node ids run from 0 to 5.");
        yield return Case(With(new([0, 1], [2], new([]))), "toy: split 0: no test rows.");
        yield return Case(good with { Splits = [] }, "toy: 2 classes but no train/validation/test split.");
        yield return Case(good with { Edges = new(0, [], []), Features = new(0, 2, []), Labels = [] }, "toy: the graph has no nodes.");
        yield return Case(good with { Features = new(6, 0, []) }, "toy: nodes have no features.");
        yield return Case(good with { Metric = "f1" }, "toy: metric 'f1' is unknown; use accuracy or auroc.");
    }

    [TestCaseSource(nameof(Broken))]
    public void A_broken_rule_is_one_clear_line(NodeDataset data, string line) =>
        Assert.That(Assert.Throws<InvalidDataException>(() => data.Checked())!.Message, Is.EqualTo(line));

    [Test]
    public void A_sound_data_set_passes() => Assert.That(Good().Checked().Nodes, Is.EqualTo(6));

    [Test]
    public void A_graph_without_labels_needs_no_split() =>
        Assert.That((Good() with { Labels = [-1, -1, -1, -1, -1, -1], Classes = 0, Splits = [] }).Checked().Classes, Is.Zero);

    [Test]
    public void Nobody_outside_the_library_can_read_the_test_rows()
    {
        var open = typeof(TestRows).GetMembers().Where(member => member.DeclaringType == typeof(TestRows)).Select(member => member.Name);

        Assert.That(open, Is.EquivalentTo(new[] { ".ctor", "Count", "get_Count", "ToString" }));
    }

    // Whoever holds a split, a task or anything else of the library can count the test rows, not read them.
    [Test]
    public void No_public_member_of_the_library_gives_the_test_rows_away()
    {
        var types = typeof(TestRows).Assembly.GetExportedTypes();
        var givers = types.SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(member => (type, member)))
            .Where(m => m.member switch
            {
                MethodInfo method => Yields(method.ReturnType) && (m.type == typeof(TestRows) || method.GetParameters().Any(p => p.ParameterType == typeof(TestRows))),
                PropertyInfo property => m.type == typeof(TestRows) && Yields(property.PropertyType),
                FieldInfo field => m.type == typeof(TestRows) && Yields(field.FieldType),
                _ => false,
            }).Select(m => $"{m.type.Name}.{m.member.Name}");

        Assert.That(givers, Is.Empty);
        Assert.That(typeof(TestRows).IsSealed);

        static bool Yields(Type type) => type.IsArray || type == typeof(ReadOnlySpan<int>) || type == typeof(Span<int>) || type == typeof(ReadOnlyMemory<int>) || typeof(IEnumerable<int>).IsAssignableFrom(type) || type == typeof(IEnumerator<int>);
    }
}
