using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Models;

/// <summary>A table with one learned row for each code. Parameter: <c>weight</c>[rows, width].</summary>
/// <remarks>A module of its own so that the name is PyTorch's: <c>x_embedding1.weight</c>.</remarks>
internal sealed class CodeEmbedding : Module
{
    public CodeEmbedding(Device device, int rows, int width, Rng rng) => Weight = Add("weight", Init.Glorot(device, new Shape(rows, width), rng));

    /// <summary>weight[rows, width].</summary>
    public Parameter Weight { get; }

    /// <summary>Rows of the table.</summary>
    public int Rows => Weight.Shape[0];
}

/// <summary>The rows of two tables added: t[k] = first[aₖ] + second[bₖ] for each kind k of a pair of codes.</summary>
internal static class PairEmbedding
{
    /// <summary>One row for each kind of atom: t[k, width].</summary>
    public static Var OfAtoms(Tape tape, MolecularGraph graph, CodeEmbedding numbers, CodeEmbedding chiralities) =>
        tape.Input(numbers.Weight).Gather(graph.Rows("atom", graph.Atoms.First, numbers.Rows))
        + tape.Input(chiralities.Weight).Gather(graph.Rows("chirality", graph.Atoms.Second, chiralities.Rows));

    /// <summary>One row for each kind of bond: t[k, width].</summary>
    public static Var OfBonds(Tape tape, MolecularGraph graph, CodeEmbedding types, CodeEmbedding directions) =>
        tape.Input(types.Weight).Gather(graph.Rows("bond type", graph.Bonds.First, types.Rows))
        + tape.Input(directions.Weight).Gather(graph.Rows("bond direction", graph.Bonds.Second, directions.Rows));
}
