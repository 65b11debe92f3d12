using System.Text;
using GraphTune.Gnn.Data;
using NUnit.Framework;
using static GraphTune.Tests.NpyBuilder;

namespace GraphTune.Tests;

public sealed class NpyReaderTests
{
    private static NumpyArray Read(byte[] bytes) => NpyReader.Read(bytes, "toy.npy");

    private static string Refused(byte[] bytes) => Assert.Throws<InvalidDataException>(() => Read(bytes))!.Message;

    private static IEnumerable<TestCaseData> Numbers()
    {
        yield return new(Npy("<f4", "(2,)", 1.5f, -2), new[] { 1.5f, -2 });
        yield return new(Npy("<f8", "(2,)", 1.5, -2), new[] { 1.5f, -2 });
        yield return new(Npy("<f2", "(2,)", (Half)1.5f, (Half)(-2)), new[] { 1.5f, -2 });
        yield return new(Raw("'>f4'", "(1,)", [0x3f, 0xc0, 0, 0]), new[] { 1.5f });
        yield return new(Raw("'>i8'", "(1,)", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe]), new[] { -2f });
        yield return new(Npy("<u2", "(1,)", (ushort)65535), new[] { 65535f });
        yield return new(Npy("<u4", "(1,)", uint.MaxValue), new[] { 4294967295f });
        yield return new(Npy("<u8", "(1,)", 7UL), new[] { 7f });
        yield return new(Npy("|u1", "(2,)", (byte)255, (byte)1), new[] { 255f, 1 });
        yield return new(Npy("|i1", "(1,)", (sbyte)-1), new[] { -1f });
        yield return new(Npy("|b1", "(2,)", true, false), new[] { 1f, 0 });
        yield return new(Npy("<i2", "()", (short)-5), new[] { -5f });
    }

    [TestCaseSource(nameof(Numbers))]
    public void Every_numeric_type_and_byte_order_is_read(byte[] bytes, float[] values) => Assert.That(Read(bytes).ToFloats(), Is.EqualTo(values));

    [TestCase((byte)1)]
    [TestCase((byte)2)]
    [TestCase((byte)3)]
    public void Every_version_is_read(byte version) => Assert.That(Read(Raw("'<i4'", "(1,)", [7, 0, 0, 0], version: version)).ToInts(), Is.EqualTo(new[] { 7 }));

    [Test]
    public void Fortran_order_is_turned_into_C_order()
    {
        Assert.That(Read(Raw("'|u1'", "(2, 3)", [0, 3, 1, 4, 2, 5], fortran: true)).ToInts(), Is.EqualTo(new[] { 0, 1, 2, 3, 4, 5 }));
        Assert.That(Read(Raw("'|u1'", "(2, 2, 2)", [0, 4, 2, 6, 1, 5, 3, 7], fortran: true)).ToInts(), Is.EqualTo(new[] { 0, 1, 2, 3, 4, 5, 6, 7 }));
    }

    [Test]
    public void Text_is_read_without_its_padding()
    {
        Assert.That(Read(Raw("'<U3'", "(2,)", Encoding.UTF32.GetBytes("a\0\0b€😀"))).ToStrings(), Is.EqualTo(new[] { "a", "b€😀" }));
        Assert.That(Read(Raw("'>U1'", "(1,)", [0, 0, 0x20, 0xac])).ToStrings(), Is.EqualTo(new[] { "€" }));
        Assert.That(Read(Raw("'|S2'", "(2,)", "a\0bc"u8.ToArray())).ToStrings(), Is.EqualTo(new[] { "a", "bc" }));
    }

    private static IEnumerable<TestCaseData> Broken()
    {
        static TestCaseData Case(byte[] bytes, string line) => new TestCaseData(bytes, line).SetArgDisplayNames(line);
        yield return Case(Raw("'|O'", "(3,)", new byte[24]), "an array of Python objects is refused");
        yield return Case(Raw("'|O8'", "()", new byte[8]), "an array of Python objects is refused");
        yield return Case(Raw("[('a', '<f4')]", "(1,)", new byte[4]), "arrays of records are not read");
        yield return Case(Raw("'<c8'", "(1,)", new byte[8]), "numpy type '<c8' is not read");
        yield return Case(Raw("'<i3'", "(1,)", new byte[3]), "numpy type '<i3' is not read");
        yield return Case(Raw("'<M8[s]'", "(1,)", new byte[8]), "numpy type '<M8[s]' is not read");
        yield return Case(Raw("'<f4'", "(3,)", new byte[8]), "shape (3) of 4-byte items does not fit the 8 bytes");
        yield return Case(Raw("'<f4'", "(1,)", new byte[8]), "shape (1) of 4-byte items does not fit the 8 bytes");
        yield return Case(Raw("'<f4'", "(4611686018427387905, 4)", new byte[16]), "does not fit the 16 bytes");
        yield return Case(Raw("'<f4'", "(-1,)", new byte[4]), "axis '-1' of the shape is no whole number");
        yield return Case(Raw("'<f4'", "(1,)", new byte[4], version: 9), ".npy version 9 is unknown");
        yield return Case("PK and more"u8.ToArray(), "not a .npy array");
        yield return Case([], "not a .npy array");
        yield return Case([.. Raw("'<f4'", "(1,)", [])[..20]], "the array is truncated");
    }

    [TestCaseSource(nameof(Broken))]
    public void A_broken_array_is_one_clear_line(byte[] bytes, string line) =>
        Assert.That(Refused(bytes), Does.StartWith("toy.npy: ").And.Contain(line).And.Not.Contain('\n'));

    [Test]
    public void Numbers_and_text_are_not_taken_for_each_other()
    {
        Assert.Throws<InvalidDataException>(() => Read(Floats(1)).ToStrings());
        Assert.Throws<InvalidDataException>(() => Read(Raw("'<U1'", "(1,)", new byte[4])).ToFloats());
        Assert.Throws<InvalidDataException>(() => Read(Floats(1)).ToInts());
        Assert.Throws<InvalidDataException>(() => Read(Npy("<u8", "(1,)", ulong.MaxValue)).ToLongs());
    }
}
