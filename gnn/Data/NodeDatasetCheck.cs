namespace GraphTune.Gnn.Data;

/// <summary>The rules a data set must meet before anything trains on it; each broken one is one line.</summary>
internal sealed class NodeDatasetCheck(NodeDataset data, string place)
{
    public void Run()
    {
        Sizes();
        Endpoints();
        FiniteFeatures();
        LabelRange();
        for (var i = 0; i < data.Splits.Count; i++) Rows(data.Splits[i], $"split {i}");
        TaughtClasses();
    }

    private void Sizes()
    {
        if (data.Nodes == 0) throw Bad("the graph has no nodes");
        if (data.Features.Columns == 0) throw Bad("nodes have no features");
        if (data.Features.Rows != data.Nodes) throw Bad($"{data.Nodes} nodes but {data.Features.Rows} feature rows; give one row per node");
        if (data.Labels.Length != data.Nodes) throw Bad($"{data.Nodes} nodes but {data.Labels.Length} labels; give one per node, -1 where unknown");
        if (data.Classes > 0 && data.Splits.Count == 0) throw Bad($"{data.Classes} classes but no train/validation/test split");
        if (data.Metric is not ("accuracy" or "auroc")) throw Bad($"metric '{data.Metric}' is unknown; use accuracy or auroc");
        if (data.Metric == "auroc" && data.Classes != 2) throw Bad($"auroc needs 2 classes, found {data.Classes}");
    }

    private void Endpoints()
    {
        var (source, target) = (data.Edges.Source, data.Edges.Target);
        if (source.Length != target.Length) throw Bad($"{source.Length} edge sources but {target.Length} targets");
        for (var k = 0; k < source.Length; k++)
        {
            if (!IsNode(source[k]) || !IsNode(target[k]))
                throw Bad($"edge {k} goes from {source[k]} to {target[k]}, but node ids run from 0 to {data.Nodes - 1}");
        }
    }

    private void FiniteFeatures()
    {
        var at = Array.FindIndex(data.Features.Values, value => !float.IsFinite(value));
        if (at < 0) return;
        var (row, column) = data.Features.Sparse is { } sparse
            ? (Array.FindLastIndex(sparse.RowStart, sparse.Rows - 1, start => start <= at), sparse.Column[at])
            : (at / data.Features.Columns, at % data.Features.Columns);
        var value = float.IsNaN(data.Features.Values[at]) ? "NaN" : "infinite";
        throw Bad($"the feature at row {row}, column {column} is {value}; features must be finite");
    }

    private void LabelRange()
    {
        var node = Array.FindIndex(data.Labels, label => label < -1 || label >= data.Classes);
        if (node >= 0) throw Bad($"node {node} has label {data.Labels[node]}, but there are {data.Classes} classes (0 to {data.Classes - 1}, -1 = unlabelled)");
    }

    private void Rows(Split split, string name)
    {
        var owner = new string?[data.Nodes];
        Claim(split.Train, "train", name, owner);
        Claim(split.Validation, "validation", name, owner);
        Claim(split.Test.Open(), "test", name, owner);
    }

    // A class of one node (texas has one) is in the training part of some published splits only, so the splits are taken together.
    private void TaughtClasses()
    {
        var taught = new bool[data.Classes];
        foreach (var row in data.Splits.SelectMany(split => split.Train)) taught[data.Labels[row]] = true;
        var missing = Array.IndexOf(taught, false);
        if (missing >= 0) throw Bad($"class {missing} has no training label in any split; add one or leave the class out");
    }

    private void Claim(int[] rows, string part, string name, string?[] owner)
    {
        if (rows.Length == 0) throw Bad($"{name}: no {part} rows");
        foreach (var row in rows)
        {
            if (!IsNode(row)) throw Bad($"{name}: {part} row {row} is out of range; node ids run from 0 to {data.Nodes - 1}");
            if (owner[row] == part) throw Bad($"{name}: node {row} occurs twice in {part}");
            if (owner[row] is { } other) throw Bad($"{name}: node {row} is in {other} and in {part}; the parts must not overlap");
            if (data.Labels[row] < 0) throw Bad($"{name}: {part} row {row} has no label");
            owner[row] = part;
        }
    }

    private bool IsNode(int id) => id >= 0 && id < data.Nodes;

    private InvalidDataException Bad(string what) => new($"{place}: {what}.");
}
