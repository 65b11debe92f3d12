using GraphTune.Gnn.Data;

namespace GraphTune.Tests;

/// <summary>The graphs of <see cref="TinyGraphs"/> with two codes for each node and bond, as an encoder of molecules reads them.</summary>
internal static class TinyMolecules
{
    public static GraphDataset Data(int graphs = 240)
    {
        var data = TinyGraphs.Data(graphs);
        return data with { NodeFeatures = null, NodeCodes = Paired(data.NodeCodes!, 3), EdgeCodes = Paired(data.EdgeCodes!, 2) };
    }

    private static CodeTable Paired(CodeTable codes, int kinds) =>
        new(codes.Rows, 2, [.. codes.Values.SelectMany((code, i) => new[] { code, i % kinds })]);
}
