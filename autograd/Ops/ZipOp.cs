using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y = f(a, b), element by element, for the f that <typeparamref name="TOp"/> defines. A smaller b is repeated to a's shape.</summary>
/// <param name="A">The operand of full shape, such as a[n,m].</param>
/// <param name="B">Of a's shape; or its last axes, b[m], which meet every row; or one number a row, b[n,1]; or one number, b[1].</param>
/// <remarks>A vector is always a row: a column keeps its axis of 1, so that a square a leaves no doubt.</remarks>
public sealed record ZipOp<TOp>(Tensor A, Tensor B) : Op(A, B) where TOp : struct, IZip<TOp>
{
    private bool PerRow => !IsRow(A.Shape, B.Shape);

    /// <inheritdoc/>
    public override Shape Shape() => IsRow(A.Shape, B.Shape) || IsColumn(A.Shape, B.Shape)
        ? A.Shape
        : throw new ShapeException($"{typeof(TOp).Name}: b is {B.Shape}, which does not fit a {A.Shape}; give a's shape, its last axes (a row), its first axes followed by ones (a column), or one number; the smaller operand stands right");

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Zip<TOp>(A, B, y, PerRow));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        var dy = y.Grad;
        if (Wants(B, out var db, out var add)) BackwardB(dy, db, add);
        if (TOp.ConstantSlopeA is 1f) PassOn(y, A);
        else if (Wants(A, y, out var da, out add))
        {
            if (TOp.ConstantSlopeA is { } slope) Run(new Axpby(slope, dy, add ? 1f : 0f, da));
            else Run(new ZipGrad<TOp>(A, B, dy, da, OfB: false, PerRow, add));
        }
    }

    private void BackwardB(Tensor dy, Tensor db, bool add)
    {
        if (TOp.ConstantSlopeB is { } slope) Reduce(dy, db, add, slope);
        else if (B.Count == A.Count) Run(new ZipGrad<TOp>(A, B, dy, db, OfB: true, PerRow, add));
        else
        {
            using var each = new Tensor(dy.Device, dy.Shape);
            Run(new ZipGrad<TOp>(A, B, dy, each, OfB: true, PerRow, Accumulate: false));
            Reduce(each, db, add, scale: 1f);
        }
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => TOp.ConstantSlopeA is null || TOp.ConstantSlopeB is null;

    /// <inheritdoc/>
    public override bool ReadsResult => false;

    private void Reduce(Tensor each, Tensor db, bool add, float scale)
    {
        if (db.Count == each.Count) Run(new Axpby(scale, each, add ? 1f : 0f, db));
        else if (db.Count == 1) Run(new Kernels.Sum(each, db, add, scale));
        else if (PerRow) Run(new RowSum(each, db, each.Count / db.Count, add, scale));
        else Run(new ColumnSum(each, db, add, scale));
    }

    private static bool IsRow(Shape a, Shape b)
    {
        for (var axis = 1; axis <= b.Rank; axis++)
            if (axis > a.Rank || a[a.Rank - axis] != b[b.Rank - axis]) return false;
        return true;
    }

    private static bool IsColumn(Shape a, Shape b)
    {
        if (b.Count == 1) return true;
        if (b.Rank != a.Rank) return false;
        var axis = 0;
        while (axis < a.Rank && b[axis] == a[axis]) axis++;
        while (axis < a.Rank && b[axis] == 1) axis++;
        return axis == a.Rank;
    }
}

public static partial class TensorMath
{
    extension(Tensor)
    {
        /// <inheritdoc cref="ZipOp{TOp}"/>
        public static Var operator +(Tensor a, Tensor b) => new ZipOp<Add>(a, b).Apply();

        /// <inheritdoc cref="ZipOp{TOp}"/>
        public static Var operator -(Tensor a, Tensor b) => new ZipOp<Subtract>(a, b).Apply();

        /// <inheritdoc cref="ZipOp{TOp}"/>
        public static Var operator *(Tensor a, Tensor b) => new ZipOp<Multiply>(a, b).Apply();

        /// <inheritdoc cref="ZipOp{TOp}"/>
        public static Var operator /(Tensor a, Tensor b) => new ZipOp<Divide>(a, b).Apply();

        /// <summary>x + c, element by element.</summary>
        public static Var operator +(Tensor x, float c) => new MapOp<Shift>(x, c).Apply();

        /// <summary>x + c, element by element.</summary>
        public static Var operator +(float c, Tensor x) => new MapOp<Shift>(x, c).Apply();

        /// <summary>x − c, element by element.</summary>
        public static Var operator -(Tensor x, float c) => new MapOp<Shift>(x, -c).Apply();

        /// <summary>c − x, element by element.</summary>
        public static Var operator -(float c, Tensor x) => new MapOp<Shift>(-x, c).Apply();

        /// <summary>c·x, element by element.</summary>
        public static Var operator *(Tensor x, float c) => new MapOp<Scale>(x, c).Apply();

        /// <summary>c·x, element by element.</summary>
        public static Var operator *(float c, Tensor x) => new MapOp<Scale>(x, c).Apply();

        /// <summary>x / c, element by element; one product with 1 / c.</summary>
        public static Var operator /(Tensor x, float c) => new MapOp<Scale>(x, 1f / c).Apply();

        /// <summary>c / x, element by element.</summary>
        public static Var operator /(float c, Tensor x) => new MapOp<Reciprocal>(x, c).Apply();

        /// <summary>−x.</summary>
        public static Var operator -(Tensor x) => new MapOp<Scale>(x, -1f).Apply();
    }

    extension(Var x)
    {
        /// <inheritdoc cref="Kernels.PRelu"/>
        /// <param name="slope">b[1], or b[m] for each column of x[n,m].</param>
        public Var PRelu(Tensor slope) => new ZipOp<PRelu>(x, slope).Apply();
    }
}
