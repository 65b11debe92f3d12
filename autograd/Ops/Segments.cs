using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <summary>One row for each group, of the rows of x that belong to it.</summary>
        /// <param name="how">Sum, mean, largest, smallest or product, channel by channel.</param>
        /// <param name="groups">The group of each row of x; sorted or not.</param>
        public Var Segment(Aggregation how, RowIndex groups) => x.Aggregate(how, groups.Groups, groups.Elements, null, how == Aggregation.Mean ? groups.InverseCount : null);

        /// <summary>y[k, f] = softmax of x[k, f] over the rows of one group, channel by channel.</summary>
        /// <param name="groups">The group of each row of x; sorted or not.</param>
        public Var SegmentSoftmax(RowIndex groups)
        {
            if (groups.IsSorted) return new EdgeSoftmax(x, groups.Groups).Apply();
            return new EdgeSoftmax(x.Gather(groups.ToSorted), groups.Groups).Apply().Gather(groups.FromSorted);
        }

        /// <summary>The first k rows of each group by descending last channel: y[groups, k·f].</summary>
        /// <inheritdoc cref="SortPoolOp"/>
        public Var SortPool(RowIndex groups, int k) => new SortPoolOp(x, groups, k).Apply();

        /// <summary>The same numbers, through which no gradient flows.</summary>
        public Var Detach() => x.Tape.Input(new Engine.Tensor(x, x.Shape));

        /// <summary>aᵇ, element by element, for a ≥ 0.</summary>
        /// <param name="exponent">Of x's shape, one row, or one number.</param>
        public Var Pow(Engine.Tensor exponent) => new ZipOp<Power>(x, exponent).Apply();
    }

    extension(Tape tape)
    {
        /// <summary>A tensor of one number everywhere, that lives as long as the tape.</summary>
        public Var Constant(Engine.Shape shape, float value)
        {
            var constant = tape.Scratch(shape);
            tape.Device.Run(new Fill(constant, value));
            return constant;
        }
    }
}
