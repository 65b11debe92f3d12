namespace GraphTune.Gnn.Data;

/// <summary>The rules a data set of many graphs must meet before anything trains on it; each broken one is one line.</summary>
internal sealed class GraphDatasetCheck(GraphDataset data, string place)
{
    public void Run()
    {
        Starts(data.NodeStart, data.EdgeStart.Length, "node");
        Starts(data.EdgeStart, data.NodeStart.Length, "edge");
        if (data.Graphs == 0) throw Bad("there are no graphs");
        Endpoints();
        Codes(data.NodeCodes, data.Nodes, "node");
        Codes(data.EdgeCodes, data.Edges, "edge");
        Features(data.NodeFeatures, data.Nodes, "node");
        Features(data.EdgeFeatures, data.Edges, "edge");
        Labels();
        for (var i = 0; i < data.Splits.Count; i++) Rows(data.Splits[i], $"split {i}");
    }

    private void Starts(int[] start, int length, string what)
    {
        if (start.Length == 0 || start[0] != 0) throw Bad($"the {what} starts begin at {(start.Length == 0 ? "nothing" : start[0])}, not at 0");
        if (start.Length != length) throw Bad($"{data.NodeStart.Length - 1} graphs by their nodes but {data.EdgeStart.Length - 1} by their edges");
        for (var g = 1; g < start.Length; g++)
        {
            if (start[g] < start[g - 1]) throw Bad($"the {what} starts fall from {start[g - 1]} to {start[g]} after graph {g - 1}");
        }
    }

    private void Endpoints()
    {
        if (data.Source.Length != data.Edges || data.Target.Length != data.Edges)
            throw Bad($"{data.Edges} edges by their starts, but {data.Source.Length} sources and {data.Target.Length} targets");
        for (var g = 0; g < data.Graphs; g++)
        {
            var nodes = data.NodeStart[g + 1] - data.NodeStart[g];
            for (var k = data.EdgeStart[g]; k < data.EdgeStart[g + 1]; k++)
            {
                if ((uint)data.Source[k] >= (uint)nodes || (uint)data.Target[k] >= (uint)nodes)
                    throw Bad($"graph {g}: edge {k - data.EdgeStart[g]} goes from {data.Source[k]} to {data.Target[k]}, but the graph has {nodes} nodes, counted from 0");
            }
        }
    }

    private void Codes(CodeTable? codes, int rows, string what)
    {
        if (codes is null) return;
        if (codes.Rows != rows) throw Bad($"{rows} {what}s but codes for {codes.Rows}");
        var odd = Array.FindIndex(codes.Values, code => code < 0);
        if (odd >= 0) throw Bad($"{what} {odd / codes.Columns} has code {codes.Values[odd]} in column {odd % codes.Columns}; codes count from 0");
    }

    private void Features(FeatureMatrix? features, int rows, string what)
    {
        if (features is null) return;
        if (features.Rows != rows) throw Bad($"{rows} {what}s but {features.Rows} feature rows");
        if (features.Dense is not { } dense) throw Bad($"{what} features are sparse; graphs of a batch need dense ones");
        var odd = Array.FindIndex(dense, value => !float.IsFinite(value));
        if (odd >= 0) throw Bad($"the {what} feature at row {odd / features.Columns}, column {odd % features.Columns} is {(float.IsNaN(dense[odd]) ? "NaN" : "infinite")}; features must be finite");
    }

    private void Labels()
    {
        var tasks = data.Tasks.Count;
        if (data.Labels.Length != (long)data.Graphs * tasks) throw Bad($"{data.Graphs} graphs of {tasks} tasks need {(long)data.Graphs * tasks} labels, found {data.Labels.Length}");
        if (data.Task == TaskKind.MultiClass && tasks > 1) throw Bad($"one class a graph is one task, found {tasks}");
        if (data.Metric is not ("accuracy" or "auroc" or "rmse")) throw Bad($"metric '{data.Metric}' is unknown; use accuracy, auroc or rmse");
        if (data.Ids is { } ids && ids.Count != data.Graphs) throw Bad($"{data.Graphs} graphs but {ids.Count} names");
        for (var at = 0; at < data.Labels.Length; at++)
        {
            var y = data.Labels[at];
            if (float.IsNaN(y) || IsLabel(y)) continue;
            throw Bad($"graph {at / tasks}: label '{data.Tasks[at % tasks]}' is {y}; {Wanted()}, NaN where it is missing");
        }
    }

    private bool IsLabel(float y) => data.Task == TaskKind.Regression ? float.IsFinite(y) : y >= 0 && y < data.Classes && y == MathF.Floor(y);

    private string Wanted() => data.Task == TaskKind.Regression ? "a finite number is wanted" : $"a class from 0 to {data.Classes - 1} is wanted";

    private void Rows(Split split, string name)
    {
        var owner = new string?[data.Graphs];
        if (split.Train.Length == 0) throw Bad($"{name}: no train rows");
        if (split.Test.Count == 0) throw Bad($"{name}: no test rows");
        Claim(split.Train, "train", name, owner);
        Claim(split.Validation, "validation", name, owner);
        Claim(split.Test.Open(), "test", name, owner);
    }

    private void Claim(int[] rows, string part, string name, string?[] owner)
    {
        foreach (var row in rows)
        {
            if ((uint)row >= (uint)data.Graphs) throw Bad($"{name}: {part} row {row} is out of range; graphs run from 0 to {data.Graphs - 1}");
            if (owner[row] == part) throw Bad($"{name}: graph {row} occurs twice in {part}");
            if (owner[row] is { } other) throw Bad($"{name}: graph {row} is in {other} and in {part}; the parts must not overlap");
            owner[row] = part;
        }
    }

    private InvalidDataException Bad(string what) => new($"{place}: {what}.");
}
