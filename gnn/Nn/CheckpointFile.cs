using GraphTune.Engine;
using GraphTune.Gnn.Torch;

namespace GraphTune.Gnn;

/// <summary>The one door to files of weights: safetensors, and both formats of PyTorch, told apart by their first bytes.</summary>
public static class CheckpointFile
{
    /// <summary>Reads the tensors of a file.</summary>
    /// <param name="path">A <c>.safetensors</c>, <c>.pt</c> or <c>.pth</c> file; the name's ending does not matter.</param>
    /// <returns>The tensors by name, and what the file says besides.</returns>
    /// <exception cref="InvalidDataException">The file is truncated, malformed, or asks for code: what, where, expected, found.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static SafeTensors Read(string path)
    {
        Span<byte> start = stackalloc byte[9];
        using (var file = File.OpenRead(path)) start = start[..file.ReadAtLeast(start, 9, throwOnEndOfStream: false)];
        // Any two bytes may begin the length of a safetensors header; its brace is never the ninth byte of the others.
        var isSafeTensors = start is [_, _, _, _, _, _, _, _, (byte)'{'];
        if (!isSafeTensors && TorchFile.Recognises(start)) return TorchFile.Read(path);
        return isSafeTensors || start.Length < 9
            ? SafeTensors.Read(path)
            : throw new InvalidDataException($"{path}: starts with the bytes {Convert.ToHexString(start)}, as neither a safetensors file (a length, then '{{') nor a PyTorch one (a zip archive, or a pickle) does{(start.StartsWith("version "u8) ? "; it looks like a pointer of Git LFS: fetch the file itself" : "")}.");
    }
}
