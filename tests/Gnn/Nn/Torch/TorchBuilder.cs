using System.IO.Compression;
using System.Numerics;
using System.Text;

namespace GraphTune.Tests;

/// <summary>Writes files as <c>torch.save</c> does, whole or broken, so that tests need none.</summary>
internal static class TorchBuilder
{
    public static byte[] Global(string module, string name) => [.. Encoding.Latin1.GetBytes($"c{module}\n{name}\n")];

    public static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] Whole(long number)
    {
        var bytes = new BigInteger(number).ToByteArray();
        return [0x8a, (byte)bytes.Length, .. bytes];
    }

    public static byte[] Tuple(params byte[][] items) => [(byte)'(', .. items.SelectMany(item => item), (byte)'t'];

    public static byte[] Axes(params long[] axes) => Tuple([.. axes.Select(Whole)]);

    public static byte[] Dictionary(params (string Key, byte[] Value)[] items) =>
        [(byte)'}', (byte)'(', .. items.SelectMany(item => Text(item.Key).Concat(item.Value)), (byte)'u'];

    public static byte[] Call(byte[] global, params byte[][] arguments) => [.. global, .. Tuple(arguments), (byte)'R'];

    public static byte[] Tensor(string key, long count, long offset, long[] size, long[] stride, string type = "FloatStorage", string location = "cuda:7", bool legacy = false) => Call(
        Global("torch._utils", "_rebuild_tensor_v2"),
        [.. legacy
            ? Tuple(Text("storage"), Global("torch", type), Text(key), Text(location), Whole(count), [(byte)'N'])
            : Tuple(Text("storage"), Global("torch", type), Text(key), Text(location), Whole(count)), (byte)'Q'],
        Whole(offset), Axes(size), Axes(stride), [0x89], Call(Global("collections", "OrderedDict")));

    public static byte[] Pickle(byte[] body) => [0x80, 2, .. body, (byte)'.'];

    public static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    /// <summary>The zip format.</summary>
    public static string Zip(string path, byte[] root, params (string Key, byte[] Data)[] storages)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        Entry(zip, "m/data.pkl", Pickle(root));
        foreach (var (key, data) in storages) Entry(zip, $"m/data/{key}", data);
        Entry(zip, "m/version", "3\n"u8.ToArray());
        return path;
    }

    /// <summary>The stream of pickles that came before.</summary>
    public static string Stream(string path, byte[] root, params (string Key, long Count, byte[] Data)[] storages)
    {
        byte[] magic = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
        byte[] keys = [(byte)']', (byte)'(', .. storages.SelectMany(s => Text(s.Key)), (byte)'e'];
        File.WriteAllBytes(path,
        [
            .. Pickle(magic), .. Pickle(Whole(1001)), .. Pickle(Dictionary(("little_endian", [0x88]))), .. Pickle(root), .. Pickle(keys),
            .. storages.SelectMany(s => BitConverter.GetBytes(s.Count).Concat(s.Data)),
        ]);
        return path;
    }

    private static void Entry(ZipArchive zip, string name, byte[] data)
    {
        using var stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        stream.Write(data);
    }
}
