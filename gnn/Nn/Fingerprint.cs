using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>Names the exact state of a model by one short text.</summary>
public static class Fingerprint
{
    extension(Module module)
    {
        /// <summary>SHA-256 over all parameters, then all buffers, in order of construction: the name in UTF-8 and a zero byte, rank and sizes, then the values.</summary>
        /// <returns>64 hexadecimal digits. Equal exactly when every name, shape and bit is equal.</returns>
        /// <remarks>Numbers are hashed as little-endian 32-bit words. Copies each tensor to the host once; waits for the device.</remarks>
        public string Sha256()
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var (path, value) in module.Weights) Append(hash, path, value);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        /// <summary>Everything that a checkpoint holds: all parameters, then all buffers, named by path.</summary>
        public IEnumerable<(string Path, Tensor Value)> Weights => [.. module.Parameters.Select(p => (p.Path, (Tensor)p.Value)), .. module.Buffers];
    }

    private static void Append(IncrementalHash hash, string path, Tensor value)
    {
        Span<byte> word = stackalloc byte[4];
        hash.AppendData(Encoding.UTF8.GetBytes(path + '\0'));
        for (var axis = -1; axis < value.Shape.Rank; axis++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(word, axis < 0 ? value.Shape.Rank : value.Shape[axis]);
            hash.AppendData(word);
        }
        hash.AppendData(MemoryMarshal.AsBytes<float>(value.ToArray()));
    }
}
