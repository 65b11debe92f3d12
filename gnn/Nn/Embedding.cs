using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>A learned row for each code: y[k] = weight[code[k]]. Parameter: <c>weight</c>[codes, width], as PyTorch's <c>Embedding</c>.</summary>
public sealed class Embedding : Module
{
    /// <summary>An embedding with uniform Glorot weights, as OGB's encoders have.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="codes">How many codes there are.</param>
    /// <param name="width">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    public Embedding(Device device, int codes, int width, Rng rng) => Weight = Add("weight", Init.Glorot(device, new Shape(codes, width), rng));

    /// <summary>The rows.</summary>
    public Parameter Weight { get; }

    /// <summary>y[n, width].</summary>
    /// <param name="tape">Where to compute.</param>
    /// <param name="codes">code[n], an index into as many rows as there are codes. It holds its inverse, so that the gradient is a sum in fixed order.</param>
    /// <exception cref="ShapeException">The index is into another number of rows.</exception>
    public Var Forward(Tape tape, RowIndex codes) => tape.Input(Weight).Gather(codes);
}

/// <summary>Several codes to one row: the sum of their embeddings. For atoms, bonds, and other nodes and edges that are described by categories.</summary>
/// <remarks>Hu et al. 2020, arXiv:2005.00687, section 6 (OGB's <c>AtomEncoder</c> and <c>BondEncoder</c>); parts are named by the given name: <c>atom_embedding_list.0.weight</c>, ….</remarks>
public sealed class CategoryEncoder : Module
{
    private readonly Embedding[] embeddings;

    /// <summary>An encoder with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="codes">How many codes each column has.</param>
    /// <param name="width">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="name">The list's name.</param>
    public CategoryEncoder(Device device, IReadOnlyList<int> codes, int width, Rng rng, string name = "embeddings")
    {
        if (codes.Count == 0) throw new ArgumentException("CategoryEncoder: give the number of codes of at least one column", nameof(codes));
        embeddings = [.. codes.Select(count => new Embedding(device, count, width, rng))];
        Add(name, new ModuleList(embeddings));
    }

    /// <summary>y[n, width].</summary>
    /// <param name="tape">Where to compute.</param>
    /// <param name="columns">For each column, code[n].</param>
    /// <exception cref="ArgumentException">There are more or fewer columns than embeddings.</exception>
    public Var Forward(Tape tape, IReadOnlyList<RowIndex> columns)
    {
        if (columns.Count != embeddings.Length) throw new ArgumentException($"CategoryEncoder: {columns.Count} columns were given, but there are {embeddings.Length} embeddings");
        var y = embeddings[0].Forward(tape, columns[0]);
        for (var k = 1; k < embeddings.Length; k++) y = y + embeddings[k].Forward(tape, columns[k]);
        return y;
    }
}
