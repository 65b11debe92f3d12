using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class HostTensorTests
{
    private static HostTensor Of<T>(DType type, params T[] values) where T : unmanaged =>
        new("t", type, [values.Length], System.Runtime.InteropServices.MemoryMarshal.AsBytes<T>(values).ToArray());

    private static IEnumerable<TestCaseData> Widened()
    {
        yield return new(Of(DType.F64, 1.5, -2, 1e300), new[] { 1.5f, -2, float.PositiveInfinity });
        yield return new(Of(DType.F32, 1.5f, float.NaN), new[] { 1.5f, float.NaN });
        yield return new(Of(DType.F16, (Half)1.5f, Half.MaxValue, Half.Epsilon), new[] { 1.5f, 65504, 5.9604645e-8f });
        yield return new(Of<ushort>(DType.BF16, 0x3fc0, 0xc000, 0x7f80), new[] { 1.5f, -2, float.PositiveInfinity });
        yield return new(Of(DType.I64, -3L, 1L << 40), new[] { -3f, 1.0995116e12f });
        yield return new(Of(DType.I32, -3, 7), new[] { -3f, 7 });
        yield return new(Of<short>(DType.I16, -3, 7), new[] { -3f, 7 });
        yield return new(Of<sbyte>(DType.I8, -3, 7), new[] { -3f, 7 });
        yield return new(Of<byte>(DType.U8, 253, 7), new[] { 253f, 7 });
        yield return new(Of<byte>(DType.BOOL, 1, 0), new[] { 1f, 0 });
    }

    [TestCaseSource(nameof(Widened))]
    public void Every_type_reads_as_float32(HostTensor tensor, float[] values) => Assert.That(tensor.ToFloats(), Is.EqualTo(values));

    [Test]
    public void Whole_numbers_read_as_int64_and_int32()
    {
        Assert.That(Of(DType.I64, -3L, 1L << 40).ToLongs(), Is.EqualTo(new[] { -3L, 1L << 40 }));
        Assert.That(Of<sbyte>(DType.I8, -3, 7).ToInts(), Is.EqualTo(new[] { -3, 7 }));
        Assert.That(Of<byte>(DType.U8, 253).ToInts(), Is.EqualTo(new[] { 253 }));
    }

    [Test]
    public void A_number_beyond_32_bits_is_named() =>
        Assert.That(() => Of(DType.I64, 5, 1L << 40).ToInts(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("Tensor 't': number 1099511627776 at position 1 does not fit 32 bits."));

    [Test]
    public void Fractions_are_not_rounded_to_whole_numbers() =>
        Assert.That(() => Of(DType.F32, 1f).ToInts(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("Tensor 't': whole numbers wanted, found F32."));

    [TestCase(new long[] { 3 }, 8)]
    [TestCase(new long[] { -1 }, 4)]
    [TestCase(new long[] { 1L << 40, 1L << 40 }, 0)]
    public void Bytes_that_do_not_fit_the_shape_are_refused(long[] shape, int bytes) =>
        Assert.That(() => new HostTensor("t", DType.F32, shape, new byte[bytes]), Throws.TypeOf<InvalidDataException>());
}
