using System.Text;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class SafeTensorsTests
{
    private const string F = "\"dtype\":\"F32\"";

    private static byte[] FileOf(string header, int dataBytes, ulong? length = null) =>
        [.. BitConverter.GetBytes(length ?? (ulong)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]];

    private static string Refused(byte[] file)
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.At("m.safetensors"), file);
        var message = Assert.Throws<InvalidDataException>(() => SafeTensors.Read(folder.At("m.safetensors")))!.Message;
        Assert.That(message, Does.StartWith(folder.At("m.safetensors")).And.Not.Contain('\n'));
        return message;
    }

    [Test]
    public void What_is_written_is_read_back()
    {
        using var folder = new TempFolder();
        var written = new SafeTensors(
            [HostTensor.Of("b", [2, 2], [1f, 2, 3, 4]), HostTensor.Of("a.ä", [], [7L]), HostTensor.Of("none", [0, 5], Array.Empty<int>()), new("bits", DType.BOOL, [3], new byte[] { 1, 0, 1 })],
            new Dictionary<string, string> { ["z"] = "1", ["a"] = "two \"words\"" });

        written.Write(folder.At("m.safetensors"));
        var read = SafeTensors.Read(folder.At("m.safetensors"));

        Assert.That(read.Tensors, Is.EqualTo(written.Tensors));
        Assert.That(read.Metadata, Is.EqualTo(written.Metadata));
        Assert.That(read["b"].ToFloats(), Is.EqualTo(new[] { 1f, 2, 3, 4 }));
    }

    [Test]
    public void The_bytes_written_are_those_of_the_format()
    {
        using var folder = new TempFolder();

        new SafeTensors([HostTensor.Of("w", [1], [1f])], new Dictionary<string, string> { ["k"] = "v", ["a"] = "b" }).Write(folder.At("m.safetensors"));

        const string Header = """{"__metadata__":{"a":"b","k":"v"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";
        var padded = Header.PadRight((Header.Length + 7) / 8 * 8);
        byte[] expected = [.. BitConverter.GetBytes((ulong)padded.Length), .. Encoding.UTF8.GetBytes(padded), 0, 0, 0x80, 0x3f];
        Assert.That(File.ReadAllBytes(folder.At("m.safetensors")), Is.EqualTo(expected));
    }

    [Test]
    public void Reading_then_writing_keeps_the_bytes_of_files_that_others_wrote()
    {
        using var folder = new TempFolder();
        var files = Directory.GetFiles(SharedData.At("data", "molecules"), "*.safetensors", SearchOption.AllDirectories);

        foreach (var file in files)
        {
            SafeTensors.Read(file).Write(folder.At("again.safetensors"));
            Assert.That(File.ReadAllBytes(folder.At("again.safetensors")).SequenceEqual(File.ReadAllBytes(file)), file);
        }
    }

    [Test]
    public void Every_golden_file_is_read()
    {
        var files = Directory.GetFiles(SharedData.At("golden"), "*.safetensors");

        Assert.That(files, Has.Length.GreaterThan(200));
        Assert.That(files.Select(file => SafeTensors.Read(file).Tensors.Count), Is.All.GreaterThan(0));
    }

    private static IEnumerable<TestCaseData> Hostile()
    {
        static TestCaseData Case(string name, byte[] file, string line) => new TestCaseData(file, line).SetArgDisplayNames(name);
        static string T(string rest, string name = "w") => $"{{\"{name}\":{{{rest}}}}}";
        yield return Case("short", [1, 2, 3], "3 bytes, too short");
        yield return Case("length past the file", FileOf("{}", 0, 1000), "a header of 1000 bytes, but only 2 follow");
        yield return Case("length near 2^64", FileOf("{}", 0, ulong.MaxValue), "a header of 18446744073709551615 bytes; at most 100000000");
        yield return Case("header over 100 MB", FileOf("{}", 0, 100_000_001), "a header of 100000001 bytes");
        yield return Case("not JSON", FileOf("<html>", 0), "the header is not JSON");
        yield return Case("not UTF-8", [2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe], "not JSON in UTF-8");
        yield return Case("deep", FileOf(new string('[', 1000) + new string(']', 1000), 0), "the header is not JSON");
        yield return Case("lone surrogate", FileOf(T(F + ""","shape":[0],"data_offsets":[0,0]""", "\\ud800"), 0), "not JSON in UTF-8");
        yield return Case("array", FileOf("[]", 0), "the header is a JSON Array");
        yield return Case("no fields", FileOf("""{"w":3}""", 0), "tensor 'w': an object is expected");
        yield return Case("no dtype", FileOf(T("""  "shape":[1],"data_offsets":[0,4] """), 4), "tensor 'w': dtype is missing");
        yield return Case("odd dtype", FileOf(T(""" "dtype":"C64","shape":[1],"data_offsets":[0,8] """), 8), "tensor 'w': type 'C64' is not read");
        yield return Case("numeric dtype", FileOf(T(""" "dtype":"1","shape":[1],"data_offsets":[0,4] """), 4), "tensor 'w': type '1' is not read");
        yield return Case("negative axis", FileOf(T(F + ""","shape":[-1],"data_offsets":[0,4]"""), 4), "shape holds '-1'");
        yield return Case("fractional axis", FileOf(T(F + ""","shape":[1.5],"data_offsets":[0,4]"""), 4), "shape holds '1.5'");
        yield return Case("axis over 64 bits", FileOf(T(F + ""","shape":[99999999999999999999],"data_offsets":[0,4]"""), 4), "shape holds '99999999999999999999'");
        yield return Case("product wraps to 4", FileOf(T(F + ""","shape":[4611686018427387905,4],"data_offsets":[0,16]"""), 16), "needs far too many bytes");
        yield return Case("bytes ≠ shape", FileOf(T(F + ""","shape":[2,4],"data_offsets":[0,24]"""), 24), "F32 [2, 4] needs 32 bytes, but data_offsets [0, 24] hold 24");
        yield return Case("negative offset", FileOf(T(F + ""","shape":[1],"data_offsets":[-4,0]"""), 4), "data_offsets holds '-4'");
        yield return Case("backward offsets", FileOf(T(F + ""","shape":[1],"data_offsets":[4,0]"""), 4), "data_offsets [4, 0] leave the 4 bytes");
        yield return Case("offsets past the file", FileOf(T(F + ""","shape":[2],"data_offsets":[0,8]"""), 4), "data_offsets [0, 8] leave the 4 bytes");
        yield return Case("three offsets", FileOf(T(F + ""","shape":[1],"data_offsets":[0,4,8]"""), 8), "two numbers, found 3");
        yield return Case("overlap", FileOf("{\"a\":{" + F + ""","shape":[2],"data_offsets":[0,8]},"b":{""" + F + ""","shape":[1],"data_offsets":[4,8]}}""", 8), "tensor 'b' starts at byte 4, but the one before ends at 8");
        yield return Case("hole", FileOf(T(F + ""","shape":[1],"data_offsets":[4,8]"""), 8), "tensor 'w' starts at byte 4, but the one before ends at 0");
        yield return Case("trailing bytes", FileOf(T(F + ""","shape":[1],"data_offsets":[0,4]"""), 5), "the tensors end at byte 4, but 5 bytes follow the header");
        yield return Case("duplicate", FileOf("{\"a\":{" + F + ""","shape":[1],"data_offsets":[0,4]},"a":{""" + F + ""","shape":[1],"data_offsets":[0,4]}}""", 4), "tensor 'a' occurs twice");
        yield return Case("metadata not text", FileOf("""{"__metadata__":{"a":1}}""", 0), "__metadata__ 'a' is a JSON Number, not text");
        yield return Case("newline in a name", FileOf(T(F + ""","shape":[2],"data_offsets":[0,4]""", "a\\nb"), 4), "tensor 'a?b'");
    }

    [TestCaseSource(nameof(Hostile))]
    public void A_hostile_file_is_one_clear_line(byte[] file, string line) => Assert.That(Refused(file), Does.Contain(line));

    [Test]
    public void A_file_cut_anywhere_is_one_clear_line()
    {
        using var folder = new TempFolder();
        new SafeTensors([HostTensor.Of("w", [4], [1f, 2, 3, 4])]).Write(folder.At("w"));
        var whole = File.ReadAllBytes(folder.At("w"));

        for (var length = 0; length < whole.Length; length++) Refused(whole[..length]);
    }

    [Test]
    public void A_missing_name_is_told_with_those_there_are() =>
        Assert.That(() => new SafeTensors([HostTensor.Of("w", [1], [1f])])["v"], Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("There is no tensor 'v' among 1: w."));

    [Test]
    public void Two_tensors_of_one_name_are_refused() =>
        Assert.That(() => new SafeTensors([HostTensor.Of("w", [1], [1f]), HostTensor.Of("w", [1], [1f])]), Throws.ArgumentException);

    [Test]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("kept"), "old");

        Assert.Throws<IOException>(() => AtomicFile.Write(folder.At("kept"), stream =>
        {
            stream.WriteByte(1);
            throw new IOException("disk full");
        }));

        Assert.That(File.ReadAllText(folder.At("kept")), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1));
    }
}
