using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;

namespace GraphTune.Tests;

/// <summary>Runs a differentiable golden case: takes its tensors to a device, goes forward, sends Σ out·grad_out backward, and compares every number the file has.</summary>
/// <remarks>An input or parameter of which the file has a gradient learns; its gradient is compared without being asked for.</remarks>
internal sealed class GoldenRun(GoldenCase golden, Device device) : IDisposable
{
    private readonly List<IDisposable> owned = [];
    private readonly List<(string Name, Parameter Value)> learning = [];
    private readonly List<(string Name, Tensor Value)> buffers = [];

    public Device Device => device;

    /// <summary>A tensor of the file, such as <c>x</c> or <c>edge_attr</c>.</summary>
    public Parameter Input(string name)
    {
        var input = Own(new Parameter(device, new Shape(golden.Shape(name))) { Tracks = golden.Has($"grad.{name}") });
        input.Write(golden.Floats(name));
        if (input.Tracks) learning.Add(($"grad.{name}", input));
        return input;
    }

    /// <summary>A tensor of the file, or null where it has none.</summary>
    public Parameter? InputOrNull(string name) => golden.Has(name) ? Input(name) : null;

    /// <summary>One number that stays.</summary>
    public Tensor Constant(float value) => Own(Tensor.From(device, new Shape(1), [value]));

    /// <summary>Whole numbers of the file, such as <c>batch</c>.</summary>
    public Indices Ids(string name) => Own(Indices.From(device, golden.Ints(name)));

    /// <summary>Fills a module's parameters from <c>param.*</c> and its buffers from <c>buffer.*</c>, by their paths, and takes it over.</summary>
    /// <exception cref="InvalidDataException">The file lacks a tensor, or has it in another shape.</exception>
    public T Load<T>(T module) where T : Module
    {
        Own(module);
        foreach (var (path, value) in module.Parameters)
        {
            Fill($"param.{path}", value);
            learning.Add(($"grad.param.{path}", value));
        }
        foreach (var (path, value) in module.Buffers)
        {
            Fill($"buffer.{path}", value);
            buffers.Add(($"buffer_after.{path}", value));
        }
        return module;
    }

    /// <summary>Computes, and compares the output, the gradients, and the buffers that the file says have changed.</summary>
    /// <param name="forward">The computation on a tape.</param>
    /// <param name="output">The output's name in the file.</param>
    public void Check(Func<Tape, Var> forward, string output = "out") => Check(tape => new Dictionary<string, Var> { [output] = forward(tape) });

    /// <summary>The same for several outputs, by their names in the file.</summary>
    public void Check(Func<Tape, IReadOnlyDictionary<string, Var>> forward)
    {
        using var tape = Tape.Train(device);
        Var? loss = null;
        foreach (var (output, y) in forward(tape))
        {
            golden.Expect(output, y.ToArray());
            var share = new Dot(y, Own(Tensor.From(device, y.Shape, golden.Floats($"grad_{output}")))).Apply();
            loss = loss is null ? share : loss + share;
        }
        tape.Backward(loss!);
        foreach (var (name, value) in learning) golden.ExpectGradient(name, value.Grad.ToArray());
        foreach (var (name, value) in buffers.Where(buffer => golden.Has(buffer.Name))) golden.Expect(name, value.ToArray());
    }

    public void Dispose()
    {
        foreach (var item in owned) item.Dispose();
    }

    // PyG keeps some constants among the parameters.
    private void Fill(string name, Tensor value)
    {
        if (!golden.Has(name) && name.StartsWith("buffer.", StringComparison.Ordinal)) name = $"param.{name["buffer.".Length..]}";
        if (new Shape(golden.Shape(name)) != value.Shape) throw new InvalidDataException($"{name}: the file has [{string.Join(", ", golden.Shape(name))}], the module {value.Shape}");
        value.Write(golden.Floats(name));
    }

    private T Own<T>(T item) where T : IDisposable
    {
        owned.Add(item);
        return item;
    }
}
