using System.Globalization;
using GraphTune.Engine;

namespace GraphTune.Gnn.Models;

/// <summary>Encoders in files of weights, ours or published ones, recognised by what the file says or by names and shapes of its tensors.</summary>
public static class EncoderFile
{
    private const string AtomTable = "x_embedding1.weight";

    /// <summary>The bodies that <see cref="Recognise"/> may be told.</summary>
    public static IReadOnlyList<string> Models { get; } = ["gin", "gcn", "graphsage", "gat"];

    /// <summary>Reads a file, recognises the encoder in it, and builds it with its weights.</summary>
    /// <param name="path">A safetensors or PyTorch file.</param>
    /// <param name="device">Where it is to live.</param>
    /// <param name="model">The body, where names do not tell (<see cref="Models"/>); null to recognise it.</param>
    /// <returns>An <see cref="Encoder"/> or a <see cref="MolecularEncoder"/>.</returns>
    /// <exception cref="InvalidDataException">The file is malformed, holds no encoder that is known, or its tensors do not fit.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static Module Load(string path, Device device, string? model = null)
    {
        var file = CheckpointFile.Read(path);
        return Recognise(file, path, model).Load(file, path, device);
    }

    /// <summary>Which encoder a file holds.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="model">The body, where names do not tell (<see cref="Models"/>); null to recognise it.</param>
    /// <remarks>
    /// GCN and GraphSAGE bodies of Hu et al. have the same names and shapes. GraphSAGE's rows have length 1, so the running statistics of its
    /// norms satisfy Σ (σ² + μ²) = 1 over the channels, which no trained GCN does.
    /// </remarks>
    /// <exception cref="InvalidDataException">It holds none that is known, or it is told apart by nothing in the file.</exception>
    public static EncoderPlan Recognise(SafeTensors file, string path, string? model = null)
    {
        if (file.Metadata.ContainsKey(Checkpoint.ModelKey)) return Own(file, path);
        var atoms = file.Tensors.FirstOrDefault(t => t.Name == AtomTable || t.Name.EndsWith($".{AtomTable}", StringComparison.Ordinal));
        if (atoms is not null) return Molecules(file, path, atoms.Name[..^AtomTable.Length], model);
        var conv = file.Tensors.FirstOrDefault(t => t.Name.StartsWith("convs.0.", StringComparison.Ordinal) || t.Name.Contains(".convs.0.", StringComparison.Ordinal));
        if (conv is not null) return Convolutions(file, path, conv.Name[..conv.Name.IndexOf("convs.0.", StringComparison.Ordinal)]);
        throw new InvalidDataException($"{path}: no encoder is recognised among {file.Tensors.Count} tensors ({string.Join(", ", file.Tensors.Take(4).Select(t => t.Name))}, …); x_embedding1.weight and gnns.* (Hu et al. 2020), or convs.* (PyG, and this library) are looked for");
    }

    private static EncoderPlan Own(SafeTensors file, string path)
    {
        var (kind, json) = Checkpoint.Origin(file, path);
        var said = $"the file's own {Checkpoint.ModelKey}";
        return kind switch
        {
            EncoderOptions.Kind => new(null, EncoderOptions.FromJson(json), NameMap.Identity, said),
            ClassifierOptions.Kind => new(null, ClassifierOptions.FromJson(json).Encoder, NameMap.Below("encoder."), said),
            GraphClassifierOptions.Kind => new(null, GraphClassifierOptions.FromJson(json).Encoder, NameMap.Below("encoder."), said),
            MolecularOptions.Kind => new(MolecularOptions.FromJson(json), null, NameMap.Identity, said),
            MolecularPredictor.ModelKind => new(MolecularPredictor.EncoderOf(json), null, NameMap.Below("gnn."), said),
            _ => throw new InvalidDataException($"{path} holds a '{kind}', not an encoder"),
        };
    }

    private static EncoderPlan Molecules(SafeTensors file, string path, string prefix, string? model)
    {
        HostTensor Table(string name) => file.Find(prefix + name) is { Shape.Length: 2 } table ? table : throw new InvalidDataException($"{path}: a table {prefix}{name}[rows, width] is missing");
        HostTensor atoms = Table(AtomTable), bonds = Table("gnns.0.edge_embedding1.weight");
        var layers = Count(file, $"{prefix}gnns.");
        var width = Size(atoms, 1);
        var attention = file.Find($"{prefix}gnns.0.att");
        var (body, evidence) = model is not null
            ? (Enum.TryParse<MolecularBody>(model, ignoreCase: true, out var told) && Models.Contains(model) ? told : throw new InvalidDataException($"there is no body '{model}'; there are {string.Join(", ", Models)}"), "the command")
            : attention is not null ? (MolecularBody.Gat, "gnns.*.att")
            : file.Find($"{prefix}gnns.0.mlp.0.weight") is not null ? (MolecularBody.Gin, "gnns.*.mlp")
            : Linear(file, path, prefix, layers);
        var head = file.Tensors.FirstOrDefault(t => t.Name.EndsWith("graph_pred_linear.weight", StringComparison.Ordinal));
        var options = new MolecularOptions
        {
            Body = body,
            Layers = layers,
            Width = width,
            Heads = attention is { Shape.Length: 3 } ? Size(attention, 1) : 2,
            Jump = head is { Shape.Length: 2 } && Size(head, 1) == (layers + 1) * width ? JumpingKind.Concat : JumpingKind.Last,
            Atoms = Size(atoms, 0),
            Chiralities = Size(Table("x_embedding2.weight"), 0),
            Bonds = Size(bonds, 0),
            Directions = Size(Table("gnns.0.edge_embedding2.weight"), 0),
        };
        return new(options.Checked(), null, Inside(file, prefix, "x_embedding1.*|x_embedding2.*|gnns.*|batch_norms.*"), $"{prefix}{AtomTable} and {evidence}");
    }

    // A prefix is cut off and all without it left out; a bare encoder beside which a head lies leaves the head out.
    private static NameMap Inside(SafeTensors file, string prefix, string glob)
    {
        var below = NameMap.Below(prefix);
        var parts = Module.Pattern(glob);
        var others = file.Tensors.Select(t => below.Apply(t.Name)).Where(name => name is not null && !parts.IsMatch(name)).Select(name => name!.Split('.')[0]).Distinct();
        return below.Then(new([.. others.Select(part => new NameRule($"{part}.*", null))]));
    }

    private static (MolecularBody, string) Linear(SafeTensors file, string path, string prefix, int layers)
    {
        if (file.Find($"{prefix}gnns.0.linear.weight") is null) throw new InvalidDataException($"{path}: {prefix}gnns.0 has neither mlp, linear nor att; its body is none of {string.Join(", ", Models)}");
        var sums = Enumerable.Range(0, layers).Select(i => Power(file, $"{prefix}batch_norms.{i}.")).ToArray();
        if (sums.All(sum => Math.Abs(sum - 1) < 0.1)) return (MolecularBody.GraphSage, "running statistics of rows of length 1");
        var trained = Enumerable.Range(0, layers).Any(i => file.Find($"{prefix}batch_norms.{i}.running_mean")?.ToFloats().Any(v => v != 0f) == true);
        if (trained) return (MolecularBody.Gcn, "running statistics of rows of any length");
        return file.Metadata.GetValueOrDefault("arch") switch
        {
            "gcn" => (MolecularBody.Gcn, "the file's arch"),
            "graphsage" => (MolecularBody.GraphSage, "the file's arch"),
            _ => throw new InvalidDataException($"{path}: bodies gcn and graphsage have the same tensors, and the norms have seen no data yet that would tell; say which with --model"),
        };
    }

    private static double Power(SafeTensors file, string norm) =>
        (file.Find($"{norm}running_var")?.ToFloats() ?? []).Zip(file.Find($"{norm}running_mean")?.ToFloats() ?? [], (variance, mean) => variance + (double)mean * mean).Sum();

    private static EncoderPlan Convolutions(SafeTensors file, string path, string prefix)
    {
        HostTensor? Weight(string name) => file.Find($"{prefix}convs.0.{name}") is { Shape.Length: 2 } weight ? weight : null;
        var attention = (file.Find($"{prefix}convs.0.att_src") ?? file.Find($"{prefix}convs.0.att")) is { Shape.Length: 3 } att ? att : null;
        var (convolution, weight) = attention is not null && Weight("lin_src.weight") is { } gat ? (ConvolutionKind.Gat, gat)
            : attention is not null && Weight("lin_l.weight") is { } gatv2 && Weight("lin_r.weight") is not null ? (ConvolutionKind.Gatv2, gatv2)
            : Weight("lin.weight") is { } gcn ? (ConvolutionKind.Gcn, gcn)
            : Weight("lin_l.weight") is { } sage && Weight("lin_r.weight") is not null ? (ConvolutionKind.Sage, sage)
            : Weight("nn.0.weight") is { } gin ? (ConvolutionKind.Gin, gin)
            : throw new InvalidDataException($"{path}: {prefix}convs.0 is no convolution that is recognised by its names: lin (GCN), lin_l and lin_r (GraphSAGE), att_src and lin_src (GAT), att, lin_l and lin_r (GATv2), nn.0 (GIN)");
        var norm = file.Tensors.Any(t => t.Name.StartsWith($"{prefix}norms.0.", StringComparison.Ordinal))
            ? file.Tensors.Any(t => t.Name.StartsWith($"{prefix}norms.0.", StringComparison.Ordinal) && t.Name.EndsWith("running_mean", StringComparison.Ordinal)) ? NormKind.Batch : NormKind.Layer
            : NormKind.None;
        var options = new EncoderOptions { Convolution = convolution, Inputs = Size(weight, 1), Hidden = Size(weight, 0), Layers = Count(file, $"{prefix}convs."), Norm = norm, Heads = attention is null ? 1 : Size(attention, 1) };
        return new(null, options.Checked(), Inside(file, prefix, "convs.*|norms.*").Then(NameMap.PyG), $"{prefix}convs.0");
    }

    private static int Count(SafeTensors file, string list) => 1 + file.Tensors
        .Where(t => t.Name.StartsWith(list, StringComparison.Ordinal))
        .Select(t => int.TryParse(t.Name[list.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < 1000 ? i : 0)
        .DefaultIfEmpty(0).Max();

    private static int Size(HostTensor tensor, int axis) => tensor.Shape[axis] is > 0 and <= 1 << 24 and var size
        ? (int)size
        : throw new InvalidDataException($"{tensor}: axis {axis} must be from 1 to {1 << 24} long");
}
