using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class SparseLinearTests(Device device)
{
    private const int Outputs = 9;

    // A third of x is stored; the first row and the last column are empty.
    private static (HostCsr Rows, float[] Value, float[] Dense) Matrix(int rows, int columns)
    {
        var random = new Rng(5);
        List<int> start = [0], column = [];
        List<float> value = [];
        var dense = new float[rows * columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns - 1; j++)
            {
                if (i == 0 || random.Next(3) > 0) continue;
                column.Add(j);
                value.Add(dense[i * columns + j] = random.NextSingle() - 0.5f);
            }
            start.Add(column.Count);
        }
        return (new HostCsr([.. start], [.. column], columns), [.. value], dense);
    }

    [Test]
    public void Agrees_with_the_dense_product([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int rows, [Values(1, 8, 33)] int columns)
    {
        var (pattern, value, dense) = Matrix(rows, columns);
        using var sparse = SparseTensor.From(device, pattern, value);
        using var w = Any.Parameter(device, new Shape(Outputs, columns));
        using var b = Any.Parameter(device, new Shape(Outputs));
        float[] weights = w.ToArray(), bias = b.ToArray();
        using var tape = Tape.Infer(device);

        var y = tape.Input(sparse).Linear(w, b);

        var expected = Enumerable.Range(0, rows * Outputs).Select(at => bias[at % Outputs]
            + Enumerable.Range(0, columns).Sum(k => (double)dense[at / Outputs * columns + k] * weights[at % Outputs * columns + k]));
        Assert.That(OracleCheck.Error(y, [.. expected]), Is.LessThan(1e-6));
    }

    [Test]
    public void Its_gradients_agree_with_differences([Values(2, 9)] int rows)
    {
        var (pattern, value, _) = Matrix(rows, 7);
        using var sparse = SparseTensor.From(device, pattern, value);
        using var w = Any.Parameter(device, new Shape(Outputs, 7));
        using var v = Any.Parameter(device, new Shape(value.Length));
        Var OfWeights(Tape tape) => tape.Input(sparse).Linear(w);
        Var OfValues(Tape tape) => new SparseVar(sparse.Rows, sparse.Columns, tape.Input(v)).Linear(w);

        Assert.That(GradCheck.Error(w, OfWeights), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.LinearError(w, OfWeights), Is.LessThan(1e-5));
        Assert.That(GradCheck.Error(v, OfValues), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.LinearError(v, OfValues), Is.LessThan(1e-5));
    }

    [Test]
    public void Dropout_drops_entries_and_scales_the_rest()
    {
        var (pattern, value, _) = Matrix(33, 31);
        using var sparse = SparseTensor.From(device, pattern, value);
        using var tape = Tape.Train(device, seed: 1);

        var dropped = tape.Input(sparse).Dropout(0.5f).Value.ToArray();

        Assert.That(dropped, Has.Some.EqualTo(0f).And.Some.Not.EqualTo(0f));
        Assert.That(dropped.Zip(value, (d, v) => d == 0f || d == 2f * v), Is.All.True);
    }

    [Test]
    public void Operands_that_do_not_fit_are_refused()
    {
        var (pattern, value, _) = Matrix(3, 4);
        using var sparse = SparseTensor.From(device, pattern, value);
        using var w = Any.Tensor(device, new Shape(2, 5));
        using var tape = Tape.Infer(device);

        Assert.That(() => tape.Input(sparse).Linear(w), Throws.TypeOf<ShapeException>().With.Message.Contains("w is [2, 5]"));
    }
}
