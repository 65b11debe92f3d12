using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Models;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>A file of molecules with what a reference made of them, and comparisons against it.</summary>
internal sealed class MoleculeFile(string path)
{
    private readonly SafeTensors file = SafeTensors.Read(path);

    public double Worst { get; private set; }

    public string WorstName { get; private set; } = "";

    public IEnumerable<string> Names => file.Tensors.Select(t => t.Name);

    public float[] this[string name] => file[name].ToFloats();

    public bool Has(string name) => file.Find(name) is not null;

    public MolecularGraph To(Device device)
    {
        var ends = file["edge_index"].ToInts();
        var count = ends.Length / 2;
        return MolecularGraph.From(device, new EdgeList(file["batch"].Count, ends[..count], ends[count..]), file["x"].ToInts(), file["edge_attr"].ToInts(), file["batch"].ToInts());
    }

    /// <summary>The part of the file under a prefix, the prefix taken away.</summary>
    public SafeTensors Part(string prefix) =>
        new(file.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(t => new HostTensor(t.Name[prefix.Length..], t.Type, t.Shape, t.Data)));

    /// <summary>Keeps the largest |found − wanted| / max(1, |wanted|).</summary>
    public void Compare(string name, float[] found)
    {
        var wanted = this[name];
        if (wanted.Length != found.Length) throw new InvalidDataException($"{name}: {found.Length} numbers, not {wanted.Length}");
        var before = Worst;
        for (var i = 0; i < wanted.Length; i++)
        {
            var error = Math.Abs((double)found[i] - wanted[i]) / Math.Max(1, Math.Abs(wanted[i]));
            if (error > Worst || double.IsNaN(error)) (Worst, WorstName) = (error, name);
        }
        if (Worst > before) TestContext.Out.WriteLine($"    {name} {Worst:E2}");
    }
}
