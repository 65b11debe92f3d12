using System.Diagnostics;
using System.IO.Compression;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using NUnit.Framework;
using static GraphTune.Tests.TorchBuilder;

namespace GraphTune.Tests;

/// <summary>Files that break the rules, or want to: each gives one line that says what, where, expected and found, and takes little time and memory.</summary>
public sealed class HostileFileTests
{
    private static byte[] Good => Dictionary(("w", Tensor("0", 4, 0, [2, 2], [2, 1])));

    public static IEnumerable<TestCaseData> Zips =>
    [
        Case("a call of os.system", [.. Global("os", "system"), .. Tuple(Text("touch /tmp/x")), (byte)'R'], "os.system", "refused"),
        Case("a class of somebody's own", Call(Global("__main__", "Model")), "__main__.Model", "refused"),
        Case("strides that leave the storage", Dictionary(("w", Tensor("0", 4, 0, [2, 2], [3, 1]))), "tensor 'w'", "number 4 of its storage, which holds 4"),
        Case("an offset beyond the storage", Dictionary(("w", Tensor("0", 4, 4, [1], [1]))), "tensor 'w'", "holds 4"),
        Case("a negative stride", Dictionary(("w", Tensor("0", 4, 3, [2], [-1]))), "tensor 'w'", "negative"),
        Case("a size that overflows", Dictionary(("w", Tensor("0", 4, 0, [1L << 40, 1L << 40], [0, 0]))), "tensor 'w'", "more than an array holds"),
        Case("a stride that overflows", Dictionary(("w", Tensor("0", 4, 0, [3, 3], [long.MaxValue, long.MaxValue]))), "tensor 'w'", "holds 4"),
        Case("one number spread over gigabytes", Dictionary(("w", Tensor("0", 4, 0, [1 << 28], [0]))), "at most 16 times"),
        Case("a storage that is not there", Dictionary(("w", Tensor("1", 4, 0, [4], [1]))), "storage '1' is missing"),
        Case("a storage of another length", Dictionary(("w", Tensor("0", 5, 0, [4], [1]))), "storage '0'", "has 16 bytes; 5 × 4"),
        Case("a storage of unknown type", Dictionary(("w", Tensor("0", 4, 0, [4], [1], "ComplexFloatStorage"))), "ComplexFloatStorage"),
        Case("sizes and strides of different length", Dictionary(("w", Tensor("0", 4, 0, [4], [1, 1]))), "1 sizes but 2 strides"),
        Case("no tensor", Dictionary(("epoch", Whole(1))), "no tensor"),
        Case("a dictionary in itself", [(byte)'}', (byte)'q', 0, .. Text("w"), .. Tensor("0", 4, 0, [4], [1]), (byte)'s', .. Text("me"), (byte)'h', 0, (byte)'s'], "'me' contains itself"),
        Case("tuples ten thousand deep", [.. Tensor("0", 4, 0, [4], [1]), .. Enumerable.Repeat((byte)0x85, 10_000)], "nested more than 64 deep"),
        Case("lists that double thirty times", [.. Tensor("0", 4, 0, [4], [1]), .. Enumerable.Repeat(new byte[] { (byte)'2', 0x86 }, 30).SelectMany(b => b)], "more than 2000000 parts"),
    ];

    private static TestCaseData Case(string name, byte[] root, params string[] parts) => new TestCaseData(root, parts).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Zips))]
    public void A_zip_file_with(byte[] root, string[] parts)
    {
        using var folder = new TempFolder();

        Refused(Zip(folder.At("a.pt"), root, ("0", Floats(1, 2, 3, 4))), parts);
    }

    [Test]
    public void A_truncated_zip_file()
    {
        using var folder = new TempFolder();
        var path = Zip(folder.At("a.pt"), Good, ("0", Floats(1, 2, 3, 4)));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^40]);

        Refused(path, "not a whole PyTorch file");
    }

    [Test]
    public void A_zip_file_that_unfolds_to_more_than_it_announces()
    {
        using var folder = new TempFolder();
        var path = folder.At("bomb.pt");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using (var pickle = zip.CreateEntry("m/data.pkl").Open()) pickle.Write(Pickle(Dictionary(("w", Tensor("0", 4, 0, [4], [1])))));
            using var storage = zip.CreateEntry("m/data/0", CompressionLevel.Optimal).Open();
            for (var i = 0; i < 64; i++) storage.Write(new byte[1 << 20]);
        }

        Refused(path, "storage '0'", "4 × 4 are announced");
    }

    [Test]
    public void A_stream_that_is_truncated_or_claims_too_much()
    {
        using var folder = new TempFolder();
        byte[] Root(long count) => Dictionary(("w", Tensor("0", count, 0, [2, 2], [2, 1], legacy: true)));

        Refused(Stream(folder.At("a"), Root(4), ("0", 4, Floats(1, 2, 3))), "storage '0' needs 16 bytes, 12 are left");
        Refused(Stream(folder.At("b"), Root(long.MaxValue / 8), ("0", long.MaxValue / 8, [])), "storage '0' needs");
        Refused(Stream(folder.At("c"), Root(4)), "storage '0' is missing");
        Refused(Stream(folder.At("d"), Root(4), ("0", 5, Floats(1, 2, 3, 4, 5))), "5 numbers where 4 are announced");
        Refused(Stream(folder.At("e"), Root(4), ("0", 4, Floats(1, 2, 3, 4, 5))), "the storages end at byte");
        Refused(Stream(folder.At("f"), Root(4), ("x", 4, Floats(1, 2, 3, 4))), "names 'x', which no tensor uses");
        File.WriteAllBytes(folder.At("g"), Pickle(Whole(5)));
        Refused(folder.At("g"), "magic number");
        File.WriteAllBytes(folder.At("h"), []);
        Refused(folder.At("h"), "0 bytes");
    }

    [Test]
    public void Damaged_files_of_every_kind_fail_in_one_way_and_at_once()
    {
        using var folder = new TempFolder();
        string[] whole =
        [
            Zip(folder.At("zip"), Good, ("0", Floats(1, 2, 3, 4))),
            Stream(folder.At("stream"), Dictionary(("w", Tensor("0", 4, 0, [2, 2], [2, 1], legacy: true))), ("0", 4, Floats(1, 2, 3, 4))),
            folder.At("plain"), folder.At("array.npy"), folder.At("arrays.npz"),
        ];
        new SafeTensors([HostTensor.Of("w", [2, 2], [1f, 2f, 3f, 4f]), HostTensor.Of("n", [], [3L])], new Dictionary<string, string> { ["a"] = "b" }).Write(whole[2]);
        File.WriteAllBytes(whole[3], NpyWriter.Bytes(2, 2, [1, 2, 3, 4]));
        using (var zip = ZipFile.Open(whole[4], ZipArchiveMode.Create)) zip.CreateEntryFromFile(whole[3], "x.npy");
        var clock = Stopwatch.StartNew();
        var memory = GC.GetTotalAllocatedBytes();

        foreach (var path in whole)
        {
            var bytes = File.ReadAllBytes(path);
            for (var trial = 0u; trial < 600; trial++)
            {
                File.WriteAllBytes(folder.At("damaged"), Damaged(bytes, new Rng(trial)));
                try
                {
                    Open(path, folder.At("damaged"));
                }
                catch (InvalidDataException error)
                {
                    Assert.That(error.Message, Does.Not.Contain("\n"), $"{path}, trial {trial}");
                }
            }
        }

        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromMinutes(1)));
        Assert.That(GC.GetTotalAllocatedBytes() - memory, Is.LessThan(8L << 30));
    }

    private static void Open(string whole, string damaged)
    {
        if (whole.EndsWith("npy", StringComparison.Ordinal)) NpyReader.Read(damaged);
        else if (!whole.EndsWith("npz", StringComparison.Ordinal)) CheckpointFile.Read(damaged);
        else
        {
            using var npz = new NpzReader(damaged);
            foreach (var name in npz.Names) npz.Read(name);
        }
    }

    private static byte[] Damaged(byte[] whole, Rng rng)
    {
        var bytes = (byte[])whole.Clone();
        for (var flips = 1 + (int)(rng.NextSingle() * 4); flips > 0; flips--) bytes[(int)(rng.NextSingle() * bytes.Length)] ^= (byte)(1 << (int)(rng.NextSingle() * 8));
        return rng.NextSingle() < 0.1f ? bytes[..(int)(rng.NextSingle() * bytes.Length)] : bytes;
    }

    private static void Refused(string path, params string[] parts)
    {
        var error = Assert.Throws<InvalidDataException>(() => CheckpointFile.Read(path))!;
        Assert.That(error.Message, Does.StartWith(path).And.Not.Contain("\n"));
        foreach (var part in parts) Assert.That(error.Message, Does.Contain(part));
    }
}
