using GraphTune.Gnn.Data;
using NUnit.Framework;
using static GraphTune.Tests.NpyBuilder;

namespace GraphTune.Tests;

public sealed class NpzReaderTests
{
    [Test]
    public void Arrays_are_read_by_name_and_an_unreadable_one_harms_no_other()
    {
        using var folder = new TempFolder();
        var path = Npz(folder.At("toy.npz"), new() { ["numbers"] = Ints(1, 2), ["objects"] = Raw("'|O'", "(1,)", new byte[8]) });

        using var npz = new NpzReader(path);

        Assert.That(npz.Names, Is.EqualTo(new[] { "numbers", "objects" }));
        Assert.That(npz.Read("numbers").ToInts(), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(() => npz.Read("objects"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("toy.npz: objects: an array of Python objects is refused"));
        Assert.That(() => npz.Read("other"), Throws.TypeOf<InvalidDataException>().With.Message.EndsWith("toy.npz: no array 'other'; found numbers, objects."));
    }

    [Test]
    public void A_truncated_file_is_one_clear_line_wherever_it_ends()
    {
        using var folder = new TempFolder();
        var whole = File.ReadAllBytes(Npz(folder.At("toy.npz"), new() { ["a"] = Ints(1, 2), ["b"] = Floats(new float[500]) }));

        for (var length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(folder.At("cut.npz"), whole[..length]);
            Assert.That(
                () => { using var npz = new NpzReader(folder.At("cut.npz")); npz.Read("a"); npz.Read("b"); },
                Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(folder.At("cut.npz")).And.Message.Not.Contains("\n"));
        }
    }

    [Test]
    public void Any_damaged_byte_of_the_arrays_is_found()
    {
        using var folder = new TempFolder();
        var whole = File.ReadAllBytes(Npz(folder.At("toy.npz"), new() { ["a"] = Ints([.. Enumerable.Range(0, 50)]) }));
        using var intact = new NpzReader(folder.At("toy.npz"));
        var expected = intact.Read("a").ToInts();

        for (var at = 0; at < whole.Length; at++)
        {
            var broken = (byte[])whole.Clone();
            broken[at] ^= 0x11;
            File.WriteAllBytes(folder.At("bad.npz"), broken);
            try
            {
                using var npz = new NpzReader(folder.At("bad.npz"));
                Assert.That(npz.Read("a").ToInts(), Is.EqualTo(expected), $"byte {at}");
            }
            catch (InvalidDataException error)
            {
                Assert.That(error.Message, Does.StartWith(folder.At("bad.npz")).And.Not.Contain('\n'));
            }
        }
    }

    [Test]
    public void A_missing_file_is_told_as_missing() =>
        Assert.Throws<FileNotFoundException>(() => _ = new NpzReader("no such file.npz"));
}
