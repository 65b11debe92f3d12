using System.CommandLine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Models;

namespace GraphTune.Cli.Commands;

/// <summary>Which encoder a command builds. What is not given follows from the data.</summary>
internal sealed class ModelOptions
{
    private readonly Option<string> model = Flags.Word("--model", "Graph convolution of the encoder", "gcn", "gcn", "sage", "gin", "gat", "gatv2");
    /// <summary>The option <c>--model</c>.</summary>
    public Option<string> Model => model;

    private readonly Option<int?> layers = Flags.OptionalWhole("--layers", "Convolutions of the encoder.", 1, 64);
    private readonly Option<int?> hidden = Flags.OptionalWhole("--hidden", "Width of the encoder.", 1, 65_536);

    private readonly Option<int?> heads = Flags.OptionalWhole("--heads", "Attention heads of a layer; its width is a multiple of them.", 1, 1024);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { model, layers, hidden, heads }) command.Options.Add(option);
    }

    /// <summary>The convolution that was asked for, or the usual one.</summary>
    public ConvolutionKind Convolution(Session session) => Enum.Parse<ConvolutionKind>(session.Value(model), ignoreCase: true);

    /// <summary>The options of an encoder for some data, or those of a checkpoint where the command line does not say otherwise.</summary>
    public EncoderOptions For(Session session, NodeDataset data, EncoderOptions standard) => For(session, data.Features.Columns, standard);

    /// <summary>The same for nodes of so many features.</summary>
    public EncoderOptions For(Session session, int inputs, EncoderOptions standard) => standard with
    {
        Inputs = inputs,
        Convolution = session.Gives(model) ? Convolution(session) : standard.Convolution,
        Layers = session.Value(layers) ?? standard.Layers,
        Hidden = session.Value(hidden) ?? standard.Hidden,
        Heads = session.Value(heads) ?? standard.Heads,
    };

    /// <summary>The options of an encoder of molecules: GIN, where the command line does not say otherwise.</summary>
    public MolecularOptions ForMolecules(Session session)
    {
        var usual = new MolecularOptions();
        return usual with
        {
            Body = session.Gives(model) ? Body(Convolution(session)) : usual.Body,
            Layers = session.Value(layers) ?? usual.Layers,
            Width = session.Value(hidden) ?? usual.Width,
            Heads = session.Value(heads) ?? usual.Heads,
        };
    }

    private static MolecularBody Body(ConvolutionKind convolution) => convolution switch
    {
        ConvolutionKind.Gcn => MolecularBody.Gcn,
        ConvolutionKind.Sage => MolecularBody.GraphSage,
        ConvolutionKind.Gin => MolecularBody.Gin,
        ConvolutionKind.Gat => MolecularBody.Gat,
        _ => throw new UsageException($"--model {convolution.ToString().ToLowerInvariant()} is no encoder of molecules; choose gcn, sage, gin or gat"),
    };
}
