using TorchSharp;
using TorchSharp.Modules;

namespace GraphTune.Benchmarks.Peers;

/// <summary>Fine-tuning on molecules in TorchSharp; the batches of an epoch are made beforehand.</summary>
internal sealed class TorchMolecules : IContender
{
    private readonly Molecules molecules;
    private readonly TorchMoleculeBatch[] batches;
    private readonly TorchMolecularNetwork network;
    private readonly Adam optimizer;
    private int next;

    public TorchMolecules(Molecules molecules, string form)
    {
        (this.molecules, Form) = (molecules, form);
        batches = [.. molecules.Epoch.Select(ids => new TorchMoleculeBatch(molecules.Data, ids, form))];
        network = new TorchMolecularNetwork(molecules.Data.Tasks.Count);
        optimizer = torch.optim.Adam(network.parameters(), MoleculeStep.LearningRate);
        Load();
    }

    public static string[] Forms => ["index_add", "scatter_add"];

    public string Form { get; }

    public void Run()
    {
        for (var i = 0; i < EpochWorkloads.Steps; i++) Step(batches[next++ % batches.Length]);
    }

    public float[][] Result()
    {
        using var scope = torch.NewDisposeScope();
        Load();
        optimizer.zero_grad();
        var logits = network.Forward(batches[0], dropout: 0);
        var loss = batches[0].Loss(logits);
        loss.backward();
        return [[loss.item<float>()], logits.ToFloats(), .. network.named_parameters().OrderBy(p => Path(p.name), StringComparer.Ordinal).Select(p => p.parameter.grad!.ToFloats())];
    }

    public void Dispose()
    {
        optimizer.Dispose();
        network.Dispose();
        foreach (var batch in batches) batch.Dispose();
    }

    private void Step(TorchMoleculeBatch batch)
    {
        using var scope = torch.NewDisposeScope();
        optimizer.zero_grad();
        batch.Loss(network.Forward(batch, MoleculeStep.Dropout)).backward();
        optimizer.step();
    }

    private void Load()
    {
        using var frozen = torch.no_grad();
        foreach (var (name, parameter) in network.named_parameters()) parameter.copy_(torch.tensor(molecules.Start[Path(name)]).view(parameter.shape));
    }

    private static string Path(string name) => name.StartsWith("graph_pred_linear", StringComparison.Ordinal) ? name : $"gnn.{name}";
}

/// <summary>Embeddings, five layers each followed by batch norm, ReLU (but for the last) and dropout, the mean of each molecule, a linear head.</summary>
internal sealed class TorchMolecularNetwork : torch.nn.Module
{
    private const int Layers = 5, Width = 300, Atoms = 120, Chiralities = 3;
    private readonly Embedding x_embedding1 = torch.nn.Embedding(Atoms, Width), x_embedding2 = torch.nn.Embedding(Chiralities, Width);
    private readonly ModuleList<TorchMolecularConv> gnns = new([.. Enumerable.Range(0, Layers).Select(_ => new TorchMolecularConv(Width))]);
    private readonly ModuleList<BatchNorm1d> batch_norms = new([.. Enumerable.Range(0, Layers).Select(_ => torch.nn.BatchNorm1d(Width))]);
    private readonly Linear graph_pred_linear;

    public TorchMolecularNetwork(int tasks) : base(nameof(TorchMolecularNetwork))
    {
        graph_pred_linear = torch.nn.Linear(Width, tasks);
        RegisterComponents();
    }

    public torch.Tensor Forward(TorchMoleculeBatch batch, double dropout)
    {
        var h = x_embedding1.forward(batch.Atom) + x_embedding2.forward(batch.Chirality);
        for (var i = 0; i < Layers; i++)
        {
            h = batch_norms[i].forward(gnns[i].Forward(batch, h));
            if (i < Layers - 1) h = torch.nn.functional.relu(h);
            if (dropout > 0) h = torch.nn.functional.dropout(h, dropout, training: true);
        }
        return graph_pred_linear.forward(batch.Mean(h));
    }
}

/// <summary>Σⱼ (dᵢ·dⱼ)^(−1/2)·(W·hⱼ + b + eᵢⱼ) as PyG computes it: transform, gather, add the bond, weigh, add.</summary>
internal sealed class TorchMolecularConv : torch.nn.Module
{
    private const int Bonds = 6, Directions = 3;
    private readonly Linear linear;
    private readonly Embedding edge_embedding1, edge_embedding2;

    public TorchMolecularConv(int width) : base(nameof(TorchMolecularConv))
    {
        (linear, edge_embedding1, edge_embedding2) = (torch.nn.Linear(width, width), torch.nn.Embedding(Bonds, width), torch.nn.Embedding(Directions, width));
        RegisterComponents();
    }

    public torch.Tensor Forward(TorchMoleculeBatch batch, torch.Tensor h)
    {
        var bond = edge_embedding1.forward(batch.Bond) + edge_embedding2.forward(batch.Direction);
        return batch.Sum(batch.Norm * (linear.forward(h).index_select(0, batch.Source) + bond));
    }
}
