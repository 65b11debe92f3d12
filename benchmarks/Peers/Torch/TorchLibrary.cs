using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace GraphTune.Benchmarks.Peers;

/// <summary>Makes TorchSharp load, also where the C++ library is older than the one it was linked with.</summary>
/// <remarks>
/// TorchSharp 0.107's libLibTorchSharp.so asks for GLIBCXX_3.4.32 because of one symbol: the initialiser of iostreams that GCC 13
/// calls. Older libraries, as Debian 12's, need no such call: they initialise streams by themselves. In the copy beside this program
/// (never in the package cache) that need is marked weak, and the call goes to a function of libc that does nothing here.
/// </remarks>
internal static class TorchLibrary
{
    private const string Version = "GLIBCXX_3.4.32", Initialiser = "_ZSt21ios_base_library_initv", Stand = "sched_yield";
    private const uint DynamicSymbols = 11, VersionNeeds = 0x6ffffffe, SymbolVersions = 0x6fffffff;   // section types of <elf.h>
    private const ushort Weak = 2, AnyVersion = 1;                                                   // VER_FLG_WEAK, VER_NDX_GLOBAL
    private const int SymbolBytes = 24, SectionBytes = 64;

    /// <summary>Loads the library and sets its number of threads.</summary>
    public static void Prepare(int threads)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        if (OperatingSystem.IsLinux() && File.Exists(path) && !NativeLibrary.TryLoad(path, out _))
        {
            var bytes = File.ReadAllBytes(path);
            Relax(bytes);
            File.WriteAllBytes(path + ".new", bytes);
            File.Move(path + ".new", path, overwrite: true);
        }
        torch.set_num_threads(threads);
    }

    private static void Relax(byte[] file)
    {
        var sections = Sections(file);
        var needs = sections.First(s => s.Type == VersionNeeds);
        if (MarkWeak(file, needs, sections[needs.Link]) is not { } version) return;   // something else is wrong: the loader will say what
        var symbols = sections.First(s => s.Type == DynamicSymbols);
        var versions = sections.First(s => s.Type == SymbolVersions);
        for (var i = 0; i < symbols.Size / SymbolBytes; i++)
        {
            var own = file.AsSpan(versions.Offset + 2 * i);
            if (BinaryPrimitives.ReadUInt16LittleEndian(own) != version) continue;
            var name = sections[symbols.Link].Offset + Int(file, symbols.Offset + i * SymbolBytes);
            if (Text(file, name) != Initialiser) throw new InvalidDataException($"libLibTorchSharp.so needs {Text(file, name)} of {Version}, which this system's libstdc++ does not have; install a newer one");
            BinaryPrimitives.WriteUInt16LittleEndian(own, AnyVersion);
            Encoding.ASCII.GetBytes(Stand + '\0', file.AsSpan(name));
        }
    }

    // The list of needed versions: for each library a header with its count, the offsets of its first version and of the next header.
    private static ushort? MarkWeak(byte[] file, Section needs, Section names)
    {
        for (int library = needs.Offset, next = -1; next != 0; library += next)
        {
            next = Int(file, library + 12);
            var entry = library + Int(file, library + 8);
            for (var left = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(library + 2)); left > 0; left--, entry += Int(file, entry + 12))
            {
                if (Text(file, names.Offset + Int(file, entry + 8)) != Version) continue;
                file[entry + 4] |= (byte)Weak;
                return BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(entry + 6));
            }
        }
        return null;
    }

    private static Section[] Sections(byte[] file)
    {
        int table = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(40)), count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(60));
        return [.. Enumerable.Range(0, count).Select(i => table + i * SectionBytes).Select(at => new Section((uint)Int(file, at + 4), Int(file, at + 24), Int(file, at + 32), Int(file, at + 40)))];
    }

    private static int Int(byte[] file, int at) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));

    private static string Text(byte[] file, int at) => Encoding.ASCII.GetString(file, at, Array.IndexOf(file, (byte)0, at) - at);

    private readonly record struct Section(uint Type, int Offset, int Size, int Link);
}
