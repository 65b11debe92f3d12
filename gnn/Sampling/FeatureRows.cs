using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Sampling;

/// <summary>Copies some rows of host features into a tensor, with threads; sparse ones become dense.</summary>
internal readonly record struct FeatureRows(FeatureMatrix Features, int[] Rows, Tensor To) : IRowLoop
{
    /// <summary>x[rows, f] in a buffer of the host's pool.</summary>
    public static Tensor Of(FeatureMatrix features, int[] rows, Device host)
    {
        var x = new Tensor(host, new Shape(rows.Length, features.Columns));
        host.Host.ForRows(rows.Length, new FeatureRows(features, rows, x), grain: 1 + 16_384 / Math.Max(1, features.Columns));
        return x;
    }

    /// <inheritdoc/>
    void IRowLoop.Rows(int first, int end)
    {
        var width = Features.Columns;
        for (var i = first; i < end; i++)
        {
            var row = To.Row(i);
            if (Features.Dense is { } dense)
            {
                dense.AsSpan(Rows[i] * width, width).CopyTo(row);
                continue;
            }
            row.Clear();
            var sparse = Features.Sparse!;
            for (var k = sparse.RowStart[Rows[i]]; k < sparse.RowStart[Rows[i] + 1]; k++) row[sparse.Column[k]] += sparse.Value[k];
        }
    }
}
